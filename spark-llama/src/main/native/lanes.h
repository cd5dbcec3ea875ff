// Vectors of 16 numbers in whatever registers the instruction set has. Everything has internal
// linkage, since the kernels are compiled once for each set.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels.h"

namespace spark_llama {
namespace {

typedef float Lane __attribute__((vector_size(4 * LANES)));
typedef int32_t Bits __attribute__((vector_size(4 * LANES)));
typedef uint8_t Levels __attribute__((vector_size(LANES)));

/// 1.5 * 2^23: adding it rounds to the nearest whole number, ties to even, in the low bits.
constexpr float ROUND = 12582912.0f;
constexpr int32_t ROUND_BITS = 0x4B400000;

/// The level that stands for 0.
constexpr int ZERO_POINT = 128;

inline Lane load(const float* from) {
  Lane lane;
  std::memcpy(&lane, from, sizeof lane);
  return lane;
}

inline void store(float* to, Lane lane) { std::memcpy(to, &lane, sizeof lane); }

inline Lane all(float value) { return value - Lane{}; }

/// Lanes moved down by 8, 4, 2 or 1, for halves that are put together.
inline Lane down(Lane lane, int by) {
  const Bits places{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return __builtin_shuffle(lane, places + by);
}

inline float sum(Lane lane) {
  for (int by = LANES / 2; by > 0; by /= 2) lane += down(lane, by);
  return lane[0];
}

inline float largest(Lane lane) {
  for (int by = LANES / 2; by > 0; by /= 2) {
    const Lane other = down(lane, by);
    lane = other > lane ? other : lane;
  }
  return lane[0];
}

/// e^x for x of at most 0, and 0 below -87, where float ends: Cephes' expf, on 16 numbers.
inline Lane exponential(Lane x) {
  const Lane shifted = x * 1.44269504088896341f + ROUND;
  const Lane whole = shifted - ROUND;
  const Lane rest = x - whole * 0.693359375f + whole * 2.12194440e-4f;
  Lane y = all(1.9875691500e-4f);
  y = y * rest + 1.3981999507e-3f;
  y = y * rest + 8.3334519073e-3f;
  y = y * rest + 4.1665795894e-2f;
  y = y * rest + 1.6666665459e-1f;
  y = y * rest + 5.0000001201e-1f;
  y = y * rest * rest + rest + 1.0f;
  Bits power;
  std::memcpy(&power, &shifted, sizeof power);
  Bits bits;
  std::memcpy(&bits, &y, sizeof bits);
  bits += power << 23;
  std::memcpy(&y, &bits, sizeof y);
  return x < -87.0f ? Lane{} : y;
}

/// Whole numbers in levels around the zero point; `values` lie within what 8 bits hold.
inline Levels levels(Lane values) {
  const Lane rounded = values + ROUND;
  Bits numbers;
  std::memcpy(&numbers, &rounded, sizeof numbers);
  return __builtin_convertvector(numbers - (ROUND_BITS - ZERO_POINT), Levels);
}

}  // namespace
}  // namespace spark_llama
