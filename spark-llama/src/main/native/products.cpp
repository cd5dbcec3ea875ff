#include "products.h"

#include <cmath>
#include <cstring>
#include <limits>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace spark_llama {

#define DECLARE(set)                                              \
  namespace set {                                                 \
  void multiply(const Product& product, const Part& part);        \
  void multiplyBlocks(const Product& product, const Part& part);  \
  constexpr ProductKernels PRODUCTS{multiply, multiplyBlocks};    \
  }

#if defined(__x86_64__)

DECLARE(avx512_vnni)
DECLARE(avx_vnni)

const ProductKernels* productKernels() {
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return &avx512_vnni::PRODUCTS;
  }
  // GCC 12 cannot ask for AVX-VNNI: bit 4 of EAX of leaf 7.1.
  unsigned a = 7, b, c = 1, d;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return (a >> 4 & 1) && __builtin_cpu_supports("avx2") ? &avx_vnni::PRODUCTS : nullptr;
}

#else

DECLARE(dotprod)

const ProductKernels* productKernels() {
  constexpr unsigned long DOT_PRODUCTS = 1 << 20;
  return getauxval(AT_HWCAP) & DOT_PRODUCTS ? &dotprod::PRODUCTS : nullptr;
}

#endif

namespace {

// ARM's instruction takes signed levels, from which the zero point is gone.
#if defined(__x86_64__)
constexpr int ZERO_POINT = 128;
#else
constexpr int ZERO_POINT = 0;
#endif

/// Writes a panel; `weight(i, lane)` is that of an input and an output.
template <typename Weight>
void packPanel(const float* factors, int64_t inputs, const Weight& weight, int8_t* panel) {
  int32_t beginnings[LANES] = {};
  int8_t* levels = panel + PANEL_HEAD;
  for (int64_t i = 0; i < inputs; i++) {
    int8_t* to = levels + i / TOGETHER * TOGETHER * LANES + i % TOGETHER;
    for (int lane = 0; lane < LANES; lane++) {
      const int8_t one = weight(i, lane);
      to[lane * TOGETHER] = one;
      beginnings[lane] -= ZERO_POINT * one;
    }
  }
  std::memcpy(panel, factors, LANES * sizeof(float));
  std::memcpy(panel + LANES * sizeof(float), beginnings, sizeof beginnings);
}

}  // namespace

void packTokenWeights(const int8_t* weights, const float* scales, float levelScale, int64_t inputs,
    int64_t outputs, int8_t* packed) {
  for (int64_t first = 0; first < outputs; first += LANES) {
    float factors[LANES];
    for (int lane = 0; lane < LANES; lane++) factors[lane] = levelScale * scales[first + lane];
    const auto weight = [&](int64_t i, int lane) { return weights[i * outputs + first + lane]; };
    packPanel(factors, inputs, weight, packed);
    packed += panelBytes(inputs);
  }
}

void packBlockWeights(const uint8_t* levels, const float* scales, int64_t inputs, int64_t outputs,
    int64_t block, int8_t* packed) {
  const int64_t blocks = inputs / block;
  for (int64_t first = 0; first < outputs; first += LANES) {
    for (int64_t b = 0; b < blocks; b++) {
      float factors[LANES];
      for (int lane = 0; lane < LANES; lane++) factors[lane] = scales[(first + lane) * blocks + b];
      const auto weight = [&](int64_t i, int lane) {
        return static_cast<int8_t>(levels[(first + lane) * inputs + b * block + i] - 128);
      };
      packPanel(factors, block, weight, packed);
      packed += panelBytes(block);
    }
  }
}

void widen(const uint16_t* halves, int64_t count, float* floats) {
  constexpr int MANTISSA = 1 << 10;
  for (int64_t i = 0; i < count; i++) {
    const int exponent = halves[i] >> 10 & 31;
    const int mantissa = halves[i] % MANTISSA;
    const float above = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -24)
        : exponent < 31 ? std::ldexp(static_cast<float>(MANTISSA + mantissa), exponent - 25)
        : mantissa == 0 ? std::numeric_limits<float>::infinity()
                        : std::numeric_limits<float>::quiet_NaN();
    floats[i] = halves[i] >> 15 ? -above : above;
  }
}

}  // namespace spark_llama
