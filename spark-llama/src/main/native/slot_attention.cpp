// The operator io.sparkllama::SlotAttention: attention over KV slots for any mix of prompts and
// decoding rows in one pass. Keys and values are written into the tensors of the cache in place.
//
// Inputs: packed float[..., (heads + 2 * kv_heads) * size]; keys and values
// [slots, kv_heads, capacity, size] of float or float16, keys in panels; layout int32[tokens, 6],
// see Token; cosines and sines float[positions, size / 2]. Output: float[..., heads * size].

#include <vector>

#include "kernels.h"
#include "operators.h"

namespace spark_llama {
namespace {

enum Input { PACKED, KEYS, VALUES, LAYOUT, COSINES, SINES, INPUTS };

constexpr int TOKEN_FIELDS = sizeof(Token) / sizeof(int32_t);

class SlotAttention {
 public:
  explicit SlotAttention(Element element) : element(element) {}

  OrtStatus* open(OrtApi table, const OrtKernelInfo* info) {
    api = table;
    if (OrtStatus* status = ort::attribute(api, info, "num_heads", &heads)) return status;
    if (OrtStatus* status = ort::attribute(api, info, "scale", &scale)) return status;
    return ort::attribute(api, info, "threads", &threads);
  }

  OrtStatus* compute(OrtKernelContext* context) const {
    Tensor inputs[INPUTS];
    for (size_t i = 0; i < INPUTS; i++) {
      if (OrtStatus* status = read(api, context, i, &inputs[i])) return status;
    }
    if (const char* wrong = check(inputs)) return ort::failure(api, wrong);
    std::vector<int64_t> shape = inputs[PACKED].shape;
    shape.back() = heads * inputs[VALUES].shape[3];
    void* result = nullptr;
    if (OrtStatus* status = write(api, context, 0, shape, &result)) return status;
    return run(context, pass(inputs, static_cast<float*>(result)),
        static_cast<int>(inputs[LAYOUT].shape[0]));
  }

 private:
  const Element element;
  OrtApi api = nullptr;
  int64_t heads = 0;
  int64_t threads = 1;
  float scale = 0;

  Pass pass(const Tensor* inputs, float* output) const {
    const std::vector<int64_t>& cache = inputs[VALUES].shape;
    return Pass{static_cast<const float*>(inputs[PACKED].data),
        static_cast<const Token*>(inputs[LAYOUT].data), output,
        Cache{element, inputs[KEYS].data, inputs[VALUES].data, cache[1], cache[2], cache[3]},
        Rotation{static_cast<const float*>(inputs[COSINES].data),
            static_cast<const float*>(inputs[SINES].data)},
        heads, scale};
  }

  const char* check(const Tensor* inputs) const {
    const std::vector<int64_t>& cache = inputs[VALUES].shape;
    const std::vector<int64_t>& layout = inputs[LAYOUT].shape;
    if (cache.size() != 4 || inputs[KEYS].shape != cache || cache[2] % LANES != 0 ||
        cache[3] % LANES != 0 || heads % cache[1] != 0) {
      return "SlotAttention: keys and values must be [slots, kv_heads, capacity, size] alike,"
             " capacity and size multiples of 16";
    }
    if (layout.size() != 2 || layout[1] != TOKEN_FIELDS) {
      return "SlotAttention: layout must be [tokens, 6]";
    }
    if (inputs[PACKED].elements() != layout[0] * (heads + 2 * cache[1]) * cache[3]) {
      return "SlotAttention: packed must have a query, keys and values for each row of layout";
    }
    const std::vector<int64_t>& cosines = inputs[COSINES].shape;
    if (cosines.size() != 2 || cosines[1] != cache[3] / 2 || inputs[SINES].shape != cosines) {
      return "SlotAttention: cosines and sines must be [positions, size / 2]";
    }
    const Token* tokens = static_cast<const Token*>(inputs[LAYOUT].data);
    for (int64_t i = 0; i < layout[0]; i++) {
      if (!inside(tokens[i], cache, cosines[0])) {
        return "SlotAttention: layout names a slot or a position that does not exist";
      }
    }
    return nullptr;
  }

  static bool inside(const Token& token, const std::vector<int64_t>& cache, int64_t positions) {
    return token.slot >= 0 && token.slot < cache[0] && token.index >= 0 && token.index < cache[2] &&
        token.position >= 0 && token.position < positions && token.sharedSlot >= 0 &&
        token.sharedSlot < cache[0] && token.sharedEnd >= 0 && token.sharedEnd <= cache[2] &&
        token.from >= 0 && token.from <= token.index;
  }

  /// Stores all keys and values before any token looks at them.
  OrtStatus* run(OrtKernelContext* context, const Pass& pass, int tokens) const {
    const Kernels& use = kernels();
    const int parts = (tokens + TILE - 1) / TILE;
    const auto store = [&](int part) {
      use.store(pass, part * TILE, std::min(TILE, tokens - part * TILE));
    };
    if (OrtStatus* status = each(api, context, static_cast<int>(threads), parts, store)) {
      return status;
    }
    const std::vector<Tile> tiles = split(pass.tokens, tokens);
    const int kvHeads = static_cast<int>(pass.cache.heads);
    const auto attend = [&](int i) { use.attend(pass, tiles[i / kvHeads], i % kvHeads); };
    return each(api, context, static_cast<int>(threads), static_cast<int>(tiles.size()) * kvHeads,
        attend);
  }

  static std::vector<Tile> split(const Token* tokens, int count) {
    std::vector<Tile> tiles;
    for (int i = 0; i < count; i++) {
      if (!tiles.empty() && tiles.back().count < TILE && follows(tokens[i - 1], tokens[i])) {
        tiles.back().count++;
      } else {
        tiles.push_back(Tile{i, 1});
      }
    }
    return tiles;
  }

  static bool follows(const Token& before, const Token& token) {
    return token.slot == before.slot && token.index == before.index + 1 &&
        token.from == before.from && token.sharedSlot == before.sharedSlot &&
        token.sharedEnd == before.sharedEnd;
  }
};

template <Element ELEMENT>
int inputType(const OrtCustomOp*, size_t index) {
  if (index == LAYOUT) return INT32;
  return ELEMENT == Element::FLOAT16 && (index == KEYS || index == VALUES) ? FLOAT16 : FLOAT;
}

template <Element ELEMENT>
class Typed : public SlotAttention {
 public:
  Typed() : SlotAttention(ELEMENT) {}
};

/// Operators of one name that differ in the types of their inputs; ONNX Runtime takes what fits.
template <Element ELEMENT>
OrtCustomOp describe() {
  OrtCustomOp op = operatorOf<Typed<ELEMENT>>();
  op.GetName = [](const OrtCustomOp*) { return "SlotAttention"; };
  op.GetInputType = inputType<ELEMENT>;
  op.GetInputTypeCount = [](const OrtCustomOp*) -> size_t { return INPUTS; };
  op.GetOutputType = [](const OrtCustomOp*, size_t) -> int { return FLOAT; };
  op.GetOutputTypeCount = [](const OrtCustomOp*) -> size_t { return 1; };
  return op;
}

}  // namespace

std::vector<OrtCustomOp> slotAttention() {
  return {describe<Element::FLOAT32>(), describe<Element::FLOAT16>()};
}

}  // namespace spark_llama
