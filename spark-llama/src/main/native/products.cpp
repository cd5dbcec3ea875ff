#include "products.h"

#include <cstring>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace spark_llama {

#define DECLARE(set)                                        \
  namespace set {                                           \
  void multiply(const Product& product, const Part& part);  \
  constexpr ProductKernels PRODUCTS{multiply};              \
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

void packPanel(
    const int8_t* weights, int64_t inputs, int64_t outputs, int32_t* beginnings, int8_t* levels) {
  for (int64_t i = 0; i < inputs; i++) {
    int8_t* to = levels + i / TOGETHER * TOGETHER * LANES + i % TOGETHER;
    for (int lane = 0; lane < LANES; lane++) {
      const int8_t weight = weights[i * outputs + lane];
      to[lane * TOGETHER] = weight;
      beginnings[lane] -= ZERO_POINT * weight;
    }
  }
}

}  // namespace

void packTokenWeights(const int8_t* weights, const float* scales, float levelScale, int64_t inputs,
    int64_t outputs, int8_t* packed) {
  for (int64_t first = 0; first < outputs; first += LANES) {
    int8_t* panel = packed + first / LANES * panelBytes(inputs);
    float factors[LANES];
    int32_t beginnings[LANES] = {};
    for (int lane = 0; lane < LANES; lane++) factors[lane] = levelScale * scales[first + lane];
    packPanel(weights + first, inputs, outputs, beginnings, panel + PANEL_HEAD);
    std::memcpy(panel, factors, sizeof factors);
    std::memcpy(panel + sizeof factors, beginnings, sizeof beginnings);
  }
}

}  // namespace spark_llama
