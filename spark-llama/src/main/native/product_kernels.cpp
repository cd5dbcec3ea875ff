// Compiled once for each instruction set; SPARK_LLAMA_KERNELS names the namespace of the result.
#include "lanes.h"
#include "products.h"

#if defined(__x86_64__)
#include <immintrin.h>
#else
#include <arm_neon.h>
#endif

namespace spark_llama {
namespace {

// A vector of sums, and what makes products of it. GCC 12 copies each sum twice around its own form of
// the instruction, which takes a third of the speed; so it is written out.
#if defined(__AVX512VNNI__)

typedef __m512i Sums;
constexpr int ROWS = 8;
constexpr int PANELS = 2;

inline Sums broadcast(const uint8_t* levels) {
  int32_t four;
  std::memcpy(&four, levels, sizeof four);
  return _mm512_set1_epi32(four);
}

inline Sums multiplyAdd(Sums sums, Sums levels, Sums weights) {
  __asm__("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(levels), "v"(weights));
  return sums;
}

#elif defined(__AVXVNNI__)

typedef __m256i Sums;
constexpr int ROWS = 4;
constexpr int PANELS = 1;

inline Sums broadcast(const uint8_t* levels) {
  int32_t four;
  std::memcpy(&four, levels, sizeof four);
  return _mm256_set1_epi32(four);
}

inline Sums multiplyAdd(Sums sums, Sums levels, Sums weights) {
  __asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sums) : "x"(levels), "x"(weights));
  return sums;
}

#else

typedef int32x4_t Sums;
constexpr int ROWS = 4;
constexpr int PANELS = 1;

/// The instruction multiplies signed numbers: -128 in place of the zero point and back.
inline Sums broadcast(const uint8_t* levels) {
  uint32_t four;
  std::memcpy(&four, levels, sizeof four);
  return vreinterpretq_s32_u32(vdupq_n_u32(four ^ 0x80808080u));
}

inline Sums multiplyAdd(Sums sums, Sums levels, Sums weights) {
  return vdotq_s32(sums, vreinterpretq_s8_s32(levels), vreinterpretq_s8_s32(weights));
}

#endif

constexpr int WIDTH = sizeof(Sums) / sizeof(int32_t);
constexpr int PARTS = LANES / WIDTH;

inline Sums loadSums(const int8_t* from) {
  Sums sums;
  std::memcpy(&sums, from, sizeof sums);
  return sums;
}

/// What sums begin with.
inline Sums beginning(const int8_t* panel, int part) {
  return loadSums(panel + LANES * sizeof(float) + part * sizeof(Sums));
}

/// Sums of tokens with panels, times the factors of outputs and tokens.
template <int TOKENS, int COUNT>
inline void multiplyTile(
    const Product& product, int64_t token, const int8_t* const* panels, Lane (*results)[COUNT]) {
  const int64_t inputs = product.inputs;
  const uint8_t* levels = product.levels + token * inputs;
  Sums sums[TOKENS][COUNT * PARTS];
  const int8_t* weights[COUNT];
  for (int p = 0; p < COUNT; p++) weights[p] = panels[p] + PANEL_HEAD;
  for (int t = 0; t < TOKENS; t++) {
    for (int p = 0; p < COUNT * PARTS; p++) sums[t][p] = beginning(panels[p / PARTS], p % PARTS);
  }
  for (int64_t i = 0; i < inputs; i += TOGETHER) {
    Sums factors[COUNT * PARTS];
    for (int p = 0; p < COUNT * PARTS; p++) {
      factors[p] = loadSums(weights[p / PARTS] + i * LANES + p % PARTS * sizeof(Sums));
    }
    for (int t = 0; t < TOKENS; t++) {
      const Sums four = broadcast(levels + t * inputs + i);
      for (int p = 0; p < COUNT * PARTS; p++) sums[t][p] = multiplyAdd(sums[t][p], four, factors[p]);
    }
  }
  for (int t = 0; t < TOKENS; t++) {
    for (int p = 0; p < COUNT; p++) {
      Bits whole;
      std::memcpy(&whole, &sums[t][p * PARTS], sizeof whole);
      Lane result = __builtin_convertvector(whole, Lane) *
          load(reinterpret_cast<const float*>(panels[p]));
      if (product.tokenScales) result *= product.tokenScales[token + t];
      results[t][p] = result;
    }
  }
}

inline Lane silu(Lane x) {
  const Lane below = exponential(x < 0.0f ? x : -x);
  return (x < 0.0f ? x * below : x) / (below + 1.0f);
}

template <int TOKENS, int COUNT>
void linear(const Product& product, int64_t token, int64_t panel) {
  const int64_t bytes = panelBytes(product.inputs);
  const int8_t* panels[COUNT];
  for (int p = 0; p < COUNT; p++) panels[p] = product.weights + (panel + p) * bytes;
  Lane results[TOKENS][COUNT];
  multiplyTile<TOKENS, COUNT>(product, token, panels, results);
  for (int t = 0; t < TOKENS; t++) {
    float* to = product.output + (token + t) * product.outputs + panel * LANES;
    for (int p = 0; p < COUNT; p++) store(to + p * LANES, results[t][p]);
  }
}

template <int TOKENS>
void gated(const Product& product, int64_t token, int64_t panel) {
  const int64_t at = panel * panelBytes(product.inputs);
  const int8_t* panels[] = {product.weights + at, product.up + at};
  Lane results[TOKENS][2];
  multiplyTile<TOKENS, 2>(product, token, panels, results);
  for (int t = 0; t < TOKENS; t++) {
    float* to = product.output + (token + t) * product.outputs + panel * LANES;
    store(to, silu(results[t][0]) * results[t][1]);
  }
}

template <int TOKENS>
void tile(const Product& product, int64_t token, const Part& part) {
  int64_t panel = part.firstPanel;
  const int64_t end = panel + part.panels;
  if (product.up) {
    for (; panel < end; panel++) gated<TOKENS>(product, token, panel);
    return;
  }
  for (; panel + PANELS <= end; panel += PANELS) linear<TOKENS, PANELS>(product, token, panel);
  for (; panel < end; panel++) linear<TOKENS, 1>(product, token, panel);
}

}  // namespace

namespace SPARK_LLAMA_KERNELS {

void multiply(const Product& product, const Part& part) {
  int64_t token = part.firstToken;
  const int64_t end = token + part.tokens;
  for (; token + ROWS <= end; token += ROWS) tile<ROWS>(product, token, part);
  switch (end - token) {
    case 7: return tile<7>(product, token, part);
    case 6: return tile<6>(product, token, part);
    case 5: return tile<5>(product, token, part);
    case 4: return tile<4>(product, token, part);
    case 3: return tile<3>(product, token, part);
    case 2: return tile<2>(product, token, part);
    case 1: return tile<1>(product, token, part);
    default: return;
  }
}

}  // namespace SPARK_LLAMA_KERNELS
}  // namespace spark_llama
