// Vectors of sums, and what makes products of 8-bit levels and weights of them. Everything has internal
// linkage, since the kernels are compiled once for each instruction set.
#pragma once

#include <algorithm>

#include "lanes.h"
#include "products.h"

#if defined(__x86_64__)
#include <immintrin.h>
#else
#include <arm_neon.h>
#endif

namespace spark_llama {
namespace {

// GCC 12 copies each sum twice around its own form of the instruction, which takes a third of the
// speed; so it is written out.
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

inline Lane number(const Sums* sums) {
  Bits whole;
  std::memcpy(&whole, sums, sizeof whole);
  return __builtin_convertvector(whole, Lane);
}

/// Sums of tokens with COUNT panels of `inputs` levels, above what they begin with.
///
/// @param levels of the first token; those of the next stand `stride` behind
template <int TOKENS, int COUNT>
inline void addUp(const uint8_t* levels, int64_t stride, int64_t inputs, const int8_t* const* panels,
    Sums (*sums)[COUNT * PARTS]) {
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
      const Sums four = broadcast(levels + t * stride + i);
      for (int p = 0; p < COUNT * PARTS; p++) sums[t][p] = multiplyAdd(sums[t][p], four, factors[p]);
    }
  }
}

/// Calls for the weights of the next part while this one is computed: where tokens are few, a part
/// would wait for its weights as long as it multiplies.
class Ahead {
 public:
  Ahead(const Product& product, const Part& part, int64_t rows)
      : product(product), bytes(product.inputs / product.block * panelBytes(product.block)) {
    // One tile has nothing to multiply meanwhile.
    if (part.nextPanel == part.firstPanel || part.tokens <= rows) return;
    const int64_t tiles = (part.tokens + rows - 1) / rows;
    at = part.nextPanel * bytes;
    end = std::min(part.nextPanel + part.panels, product.outputs / LANES) * bytes;
    step = ((end - at) / tiles / LINE + 1) * LINE;
  }

  /// The share of a tile.
  void call() {
    const int64_t to = std::min(at + step, end);
    for (; at < to; at += LINE) {
      __builtin_prefetch(product.weights + at, 0, 2);
      if (product.up) __builtin_prefetch(product.up + at, 0, 2);
    }
  }

 private:
  static constexpr int64_t LINE = 64;
  const Product& product;
  const int64_t bytes;
  int64_t at = 0;
  int64_t end = 0;
  int64_t step = 0;
};

}  // namespace
}  // namespace spark_llama
