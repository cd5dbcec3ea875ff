// Compiled once for each instruction set; SPARK_LLAMA_KERNELS names the namespace of the result.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels.h"

namespace spark_llama {
namespace {

typedef float Lane __attribute__((vector_size(4 * LANES)));
typedef int32_t Numbers __attribute__((vector_size(4 * LANES)));
typedef uint8_t Levels __attribute__((vector_size(LANES)));

constexpr float MOST_LEVELS = 127;
constexpr float LEAST_MAGNITUDE = 1e-8f;
constexpr int ZERO_POINT = 128;

inline Lane load(const float* from) {
  Lane lane;
  std::memcpy(&lane, from, sizeof lane);
  return lane;
}

float largestMagnitude(const float* row, int64_t size) {
  Lane most{};
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    const Lane lane = load(row + i);
    const Lane magnitude = lane < 0.0f ? -lane : lane;
    most = magnitude > most ? magnitude : most;
  }
  float largest = LEAST_MAGNITUDE;
  for (int lane = 0; lane < LANES; lane++) largest = std::max(largest, most[lane]);
  for (; i < size; i++) largest = std::max(largest, std::fabs(row[i]));
  return largest;
}

}  // namespace

namespace SPARK_LLAMA_KERNELS {

float quantize(const float* row, int64_t size, uint8_t* levels) {
  // Adding 1.5 * 2^23 rounds to the nearest whole number, ties to even, in the low bits.
  constexpr float ROUND = 12582912.0f;
  constexpr int32_t ROUND_BITS = 0x4B400000;
  const float scale = largestMagnitude(row, size) * (1 / MOST_LEVELS);
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    const Lane rounded = load(row + i) / scale + ROUND;
    Numbers numbers;
    std::memcpy(&numbers, &rounded, sizeof numbers);
    const Levels result = __builtin_convertvector(numbers - (ROUND_BITS - ZERO_POINT), Levels);
    std::memcpy(levels + i, &result, sizeof result);
  }
  for (; i < size; i++) {
    levels[i] = static_cast<uint8_t>(std::nearbyint(row[i] / scale) + ZERO_POINT);
  }
  return scale;
}

}  // namespace SPARK_LLAMA_KERNELS
}  // namespace spark_llama
