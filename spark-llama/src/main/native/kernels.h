// What the operators compute with. In attention each token's result depends on its own query and on
// what it sees alone, in an order that is fixed: the bits are the same whatever other tokens are in
// the pass.
#pragma once

#include <cstdint>

namespace spark_llama {

/// Positions that stand side by side in the cache of keys.
constexpr int LANES = 16;

/// What a token sees and where it is stored; one row of the operator's input `layout`.
struct Token {
  int32_t slot;         // where its key and value are written
  int32_t index;
  int32_t position;     // for the rotation
  int32_t sharedSlot;   // it sees [0, sharedEnd) of this slot
  int32_t sharedEnd;
  int32_t from;         // and [from, index] of its own slot
};

enum class Element { FLOAT32, FLOAT16 };

/// Keys are stored in panels of 16 positions, [slots, heads, capacity / 16, size, 16], so that a
/// query meets 16 of them at once; values as [slots, heads, capacity, size].
struct Cache {
  Element element;
  void* keys;
  void* values;
  int64_t heads;
  int64_t capacity;
  int64_t size;
};

struct Rotation {
  const float* cosines;  // float[positions, size / 2]
  const float* sines;
};

/// Tokens that follow each other in a slot and see the same but for their own positions.
struct Tile {
  int first;
  int count;
};

/// Most tokens of a tile.
constexpr int TILE = 16;

struct Pass {
  const float* packed;   // float[tokens, (queryHeads + 2 * heads) * size]
  const Token* tokens;
  float* output;         // float[tokens, queryHeads * size]
  Cache cache;
  Rotation rotation;
  int64_t queryHeads;
  float scale;
};

/// Root-mean-square norm of tokens, rounded to levels around 128 of one size for all tokens.
struct Norm {
  const float* stream;   // float[tokens, size], the states so far
  const float* added;    // float[tokens, size], what a block adds to them
  const float* weights;  // float[size]
  float* sum;            // float[tokens, size]
  uint8_t* levels;       // uint8[tokens, size]
  int64_t size;          // a multiple of 16
  float epsilon;
  float level;           // size of a level
};

/// The most likely of a row of logits, the first of equals.
struct Choice {
  int64_t token;
  float most;  // its logit
  float sum;   // of e^(logit - most) of all
};

/// Functions that are compiled for each instruction set.
struct Kernels {
  /// Rotates the keys of tokens [first, first + count) and stores them with their values.
  void (*store)(const Pass& pass, int first, int count);
  /// Attends from the tokens of a tile over one head of keys and values.
  void (*attend)(const Pass& pass, const Tile& tile, int head);
  /// Writes one row in levels of 8 bits around 128 and returns the size of a level.
  float (*quantize)(const float* row, int64_t size, uint8_t* levels);
  /// Adds, normalizes and rounds one token.
  void (*normalize)(const Norm& norm, int64_t token);
  Choice (*choose)(const float* logits, int64_t size);
};

/// Those for this processor.
const Kernels& kernels();

}  // namespace spark_llama
