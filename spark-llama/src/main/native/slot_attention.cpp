// The operator io.sparkllama::SlotAttention: attention over KV slots for any mix of prompts and
// decoding rows in one pass. Keys and values are written into the tensors of the cache in place.
//
// Inputs: packed float[..., (heads + 2 * kv_heads) * size]; keys and values
// [slots, kv_heads, capacity, size] of float or float16, keys in panels; layout int32[tokens, 6], see Token;
// cosines and sines float[positions, size / 2]. Output: float[..., heads * size].

#include <atomic>
#include <cstring>
#include <vector>

#include "attention.h"
#include "ort_abi.h"

#if defined(_WIN32)
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

namespace spark_llama {
namespace {

enum Input { PACKED, KEYS, VALUES, LAYOUT, COSINES, SINES, INPUTS };

constexpr int TOKEN_FIELDS = sizeof(Token) / sizeof(int32_t);

struct Tensor {
  void* data = nullptr;
  std::vector<int64_t> shape;

  int64_t elements() const {
    int64_t count = 1;
    for (int64_t size : shape) count *= size;
    return count;
  }
};

OrtStatus* read(OrtApi api, const OrtKernelContext* context, size_t index, Tensor* tensor) {
  const OrtValue* value = nullptr;
  OrtTensorTypeAndShapeInfo* shape = nullptr;
  size_t rank = 0;
  if (OrtStatus* status = ort::input(api, context, index, &value)) return status;
  if (OrtStatus* status = ort::mutableData(api, const_cast<OrtValue*>(value), &tensor->data)) {
    return status;
  }
  if (OrtStatus* status = ort::shape(api, value, &shape)) return status;
  OrtStatus* status = ort::rank(api, shape, &rank);
  if (!status) {
    tensor->shape.resize(rank);
    status = ort::sizes(api, shape, tensor->shape.data(), rank);
  }
  ort::release(api, shape);
  return status;
}

/// Calls a function for each number below `total`, the next one whenever a thread is free.
template <typename Function>
OrtStatus* each(
    OrtApi api, const OrtKernelContext* context, int threads, int total, const Function& function) {
  struct Work {
    const Function* function;
    std::atomic<int> next;
    int total;
  } work{&function, {0}, total};
  const auto run = [](void* data, size_t) {
    Work& work = *static_cast<Work*>(data);
    for (int i = work.next++; i < work.total; i = work.next++) (*work.function)(i);
  };
  if (threads == 1 || total == 1) {
    run(&work, 0);
    return nullptr;
  }
  return ort::parallel(api, context, run, std::min(threads, total), &work);
}

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
    OrtValue* output = nullptr;
    void* result = nullptr;
    if (OrtStatus* status =
            ort::output(api, context, 0, shape.data(), shape.size(), &output)) return status;
    if (OrtStatus* status = ort::mutableData(api, output, &result)) return status;
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
OrtStatus* createKernel(const OrtCustomOp*, OrtApi api, const OrtKernelInfo* info, void** kernel) {
  auto* attention = new SlotAttention(ELEMENT);
  if (OrtStatus* status = attention->open(api, info)) {
    delete attention;
    return status;
  }
  *kernel = attention;
  return nullptr;
}

template <Element ELEMENT>
int inputType(const OrtCustomOp*, size_t index) {
  if (index == LAYOUT) return INT32;
  return ELEMENT == Element::FLOAT16 && (index == KEYS || index == VALUES) ? FLOAT16 : FLOAT;
}

/// Operators of one name that differ in the types of their inputs; ONNX Runtime takes what fits.
template <Element ELEMENT>
OrtCustomOp describe() {
  OrtCustomOp op{};
  op.version = ort::VERSION;
  op.GetName = [](const OrtCustomOp*) { return "SlotAttention"; };
  op.GetExecutionProviderType = [](const OrtCustomOp*) { return static_cast<const char*>(nullptr); };
  op.GetInputType = inputType<ELEMENT>;
  op.GetInputTypeCount = [](const OrtCustomOp*) -> size_t { return INPUTS; };
  op.GetOutputType = [](const OrtCustomOp*, size_t) -> int { return FLOAT; };
  op.GetOutputTypeCount = [](const OrtCustomOp*) -> size_t { return 1; };
  op.GetInputCharacteristic = [](const OrtCustomOp*, size_t) { return 0; };
  op.GetOutputCharacteristic = [](const OrtCustomOp*, size_t) { return 0; };
  op.GetInputMemoryType = [](const OrtCustomOp*, size_t) { return 0; };
  op.CreateKernelV2 = createKernel<ELEMENT>;
  op.KernelComputeV2 = [](void* kernel, OrtKernelContext* context) {
    return static_cast<const SlotAttention*>(kernel)->compute(context);
  };
  op.KernelDestroy = [](void* kernel) { delete static_cast<SlotAttention*>(kernel); };
  op.GetStartVersion = [](const OrtCustomOp*) { return 1; };
  op.GetEndVersion = [](const OrtCustomOp*) { return 1; };
  return op;
}

}  // namespace
}  // namespace spark_llama

/// What ONNX Runtime calls when a session is opened with this library.
EXPORTED OrtStatus* RegisterCustomOps(OrtSessionOptions* options, const OrtApiBase* base) {
  using spark_llama::Element;
  static const OrtCustomOp wide = spark_llama::describe<Element::FLOAT32>();
  static const OrtCustomOp half = spark_llama::describe<Element::FLOAT16>();
  OrtApi api = base->GetApi(ort::VERSION);
  OrtCustomOpDomain* domain = nullptr;
  if (OrtStatus* status = ort::createDomain(api, "io.sparkllama", &domain)) return status;
  if (OrtStatus* status = ort::addOperator(api, domain, &wide)) return status;
  if (OrtStatus* status = ort::addOperator(api, domain, &half)) return status;
  return ort::addDomain(api, options, domain);
}
