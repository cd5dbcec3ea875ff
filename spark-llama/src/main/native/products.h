// Products of 8-bit integers with weights that are packed when a model is loaded. Sums of integers
// are exact and each output has its own, so a token's result does not depend on its company.
#pragma once

#include <cstdint>

#include "kernels.h"

namespace spark_llama {

/// Packed weights stand in panels of 16 outputs: the factor of each, a float; what its sum begins
/// with, an int32, which takes the zero point out; then for each 4 inputs the 4 levels of each output.
constexpr int64_t PANEL_HEAD = LANES * (sizeof(float) + sizeof(int32_t));

/// Inputs that one instruction multiplies.
constexpr int TOGETHER = 4;

/// Bytes of a panel. Where each block of inputs has factors of its own, a panel has one such for each
/// block, one behind the other.
inline int64_t panelBytes(int64_t inputs) { return PANEL_HEAD + inputs * LANES; }

struct Product {
  const uint8_t* levels;     // uint8[tokens, inputs] around 128
  const int8_t* weights;     // int8[outputs / 16, panelBytes]
  const int8_t* up;          // null, or weights of as many outputs: the result is silu(first) * second
  const float* tokenScales;  // null, or float[tokens], or float[tokens, inputs / block]
  float* output;             // float[tokens, outputs]
  int64_t inputs;
  int64_t outputs;
  int64_t block;             // inputs that share factors
};

/// Tokens [first, first + count) and panels of outputs, and the panel whose weights come next.
struct Part {
  int64_t firstToken;
  int64_t tokens;
  int64_t firstPanel;
  int64_t panels;
  int64_t nextPanel;
};

struct ProductKernels {
  void (*multiply)(const Product& product, const Part& part);
  /// Adds up the blocks of a token one after the other.
  void (*multiplyBlocks)(const Product& product, const Part& part);
};

/// Those for this processor; null where it has no instruction for sums of such products.
const ProductKernels* productKernels();

/// Writes int8[inputs, outputs] weights in panels.
///
/// @param scales float[outputs], the size of a level of the weights of each output
/// @param levelScale size of a level of the inputs
void packTokenWeights(const int8_t* weights, const float* scales, float levelScale, int64_t inputs,
    int64_t outputs, int8_t* packed);

/// Writes uint8[outputs, inputs] levels around 128 in panels for each block.
///
/// @param scales float[outputs, inputs / block], the size of a level
void packBlockWeights(const uint8_t* levels, const float* scales, int64_t inputs, int64_t outputs,
    int64_t block, int8_t* packed);

/// IEEE 754 binary16 as floats.
void widen(const uint16_t* halves, int64_t count, float* floats);

}  // namespace spark_llama
