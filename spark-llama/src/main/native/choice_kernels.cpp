// Compiled once for each instruction set; SPARK_LLAMA_KERNELS names the namespace of the result.
#include <algorithm>

#include "lanes.h"

namespace spark_llama {
namespace {

/// Logits that are compared with the largest so far as one.
constexpr int64_t BLOCK = 1024;

float largest(const float* logits, int64_t size) {
  Lane most = all(logits[0]);
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    const Lane lane = load(logits + i);
    most = lane > most ? lane : most;
  }
  float one = largest(most);
  for (; i < size; i++) one = std::max(one, logits[i]);
  return one;
}

float exponentials(const float* logits, int64_t size, float most) {
  Lane sums{};
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) sums += exponential(load(logits + i) - most);
  float total = sum(sums);
  for (; i < size; i++) total += exponential(all(logits[i] - most))[0];
  return total;
}

}  // namespace

namespace SPARK_LLAMA_KERNELS {

Choice choose(const float* logits, int64_t size) {
  float most = logits[0];
  int64_t first = 0;
  for (int64_t i = 0; i < size; i += BLOCK) {
    const float one = largest(logits + i, std::min(BLOCK, size - i));
    if (one > most) {
      most = one;
      first = i;
    }
  }
  const float* found = std::find(logits + first, logits + size, most);
  return Choice{found == logits + size ? 0 : found - logits, most, exponentials(logits, size, most)};
}

}  // namespace SPARK_LLAMA_KERNELS
}  // namespace spark_llama
