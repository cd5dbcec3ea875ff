#include "kernels.h"

namespace spark_llama {

#define DECLARE(set)                                                \
  namespace set {                                                   \
  void store(const Pass& pass, int first, int count);               \
  void attend(const Pass& pass, const Tile& tile, int head);        \
  float quantize(const float* row, int64_t size, uint8_t* levels);  \
  void normalize(const Norm& norm, int64_t token);                  \
  Choice choose(const float* logits, int64_t size);                 \
  constexpr Kernels KERNELS{store, attend, quantize, normalize,     \
      choose};                                                      \
  }

#if defined(__x86_64__)

DECLARE(avx512)
DECLARE(avx2)

const Kernels& kernels() {
  static const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  return wide ? avx512::KERNELS : avx2::KERNELS;
}

#else

DECLARE(baseline)

const Kernels& kernels() { return baseline::KERNELS; }

#endif

}  // namespace spark_llama
