#include "attention.h"

namespace spark_llama {

#if defined(__x86_64__)

extern const Kernels avx512;
extern const Kernels avx2;

const Kernels& kernels() {
  static const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  return wide ? avx512 : avx2;
}

#else

extern const Kernels baseline;

const Kernels& kernels() { return baseline; }

#endif

}  // namespace spark_llama
