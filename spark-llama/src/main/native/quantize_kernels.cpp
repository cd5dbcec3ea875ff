// Compiled once for each instruction set; SPARK_LLAMA_KERNELS names the namespace of the result.
#include <algorithm>
#include <cmath>

#include "lanes.h"

namespace spark_llama {
namespace {

constexpr float MOST_LEVELS = 127;
constexpr float LEAST_MAGNITUDE = 1e-8f;

float largestMagnitude(const float* row, int64_t size) {
  Lane most{};
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    const Lane lane = load(row + i);
    const Lane magnitude = lane < 0.0f ? -lane : lane;
    most = magnitude > most ? magnitude : most;
  }
  float magnitude = std::max(LEAST_MAGNITUDE, largest(most));
  for (; i < size; i++) magnitude = std::max(magnitude, std::fabs(row[i]));
  return magnitude;
}

}  // namespace

namespace SPARK_LLAMA_KERNELS {

float quantize(const float* row, int64_t size, uint8_t* levels) {
  const float scale = largestMagnitude(row, size) * (1 / MOST_LEVELS);
  int64_t i = 0;
  for (; i + LANES <= size; i += LANES) {
    const Levels result = spark_llama::levels(load(row + i) / scale);
    std::memcpy(levels + i, &result, sizeof result);
  }
  for (; i < size; i++) {
    levels[i] = static_cast<uint8_t>(std::nearbyint(row[i] / scale) + ZERO_POINT);
  }
  return scale;
}

void normalize(const Norm& norm, int64_t token) {
  const int64_t at = token * norm.size;
  float* states = norm.sum + at;
  Lane squares{};
  for (int64_t i = 0; i < norm.size; i += LANES) {
    const Lane state = load(norm.stream + at + i) + load(norm.added + at + i);
    store(states + i, state);
    squares += state * state;
  }
  const float mean = sum(squares) / static_cast<float>(norm.size);
  const float factor = 1.0f / (std::sqrt(mean + norm.epsilon) * norm.level);
  for (int64_t i = 0; i < norm.size; i += LANES) {
    const Lane exact = load(states + i) * factor * load(norm.weights + i);
    const Lane above = exact < -128.0f ? all(-128.0f) : exact;
    const Levels result = spark_llama::levels(above > 127.0f ? all(127.0f) : above);
    std::memcpy(norm.levels + at + i, &result, sizeof result);
  }
}

}  // namespace SPARK_LLAMA_KERNELS
}  // namespace spark_llama
