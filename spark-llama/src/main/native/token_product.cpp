// The operators io.sparkllama::TokenProduct, GatedTokenProduct and BlockProduct: integer products of
// tokens in 8-bit levels with packed weights (see products.h).
//
// TokenProduct: uint8[tokens, inputs] around 128, int8[panels, bytes], and where tokens have scales
// of their own float[tokens, 1]; gives float[tokens, 16 * panels].
// GatedTokenProduct has the weights of the gate and then those of the values that it lets through,
// and gives silu(gate) * values.
// BlockProduct has scales for each block of inputs: uint8[..., inputs], int8[panels, bytes] and
// float[tokens, blocks]; gives float[..., 16 * panels].

#include "operators.h"
#include "products.h"

namespace spark_llama {
namespace {

enum class Form { LINEAR, GATED, BLOCKS };

template <Form FORM>
class TokenProduct {
 public:
  static constexpr size_t SCALES = FORM == Form::GATED ? 3 : 2;
  static constexpr size_t INPUTS = SCALES + 1;

  OrtStatus* open(OrtApi table, const OrtKernelInfo* info) {
    api = table;
    kernels = productKernels();
    if (!kernels) return ort::failure(api, "TokenProduct: this processor has no integer products");
    return ort::attribute(api, info, "threads", &threads);
  }

  OrtStatus* compute(OrtKernelContext* context) const {
    Tensor inputs[INPUTS];
    size_t given = 0;
    if (OrtStatus* status = ort::inputs(api, context, &given)) return status;
    for (size_t i = 0; i < given; i++) {
      if (OrtStatus* status = read(api, context, i, &inputs[i])) return status;
    }
    if (const char* wrong = check(inputs)) return ort::failure(api, wrong);
    Product product = describe(inputs);
    std::vector<int64_t> shape = inputs[0].shape;
    shape.back() = product.outputs;
    void* output = nullptr;
    if (OrtStatus* status = write(api, context, 0, shape, &output)) return status;
    product.output = static_cast<float*>(output);
    return run(context, product, inputs[0].elements() / product.inputs);
  }

 private:
  /// Tokens that share what is loaded of the weights before others come.
  static constexpr int64_t TOKENS = 64;
  /// Panels of a piece of work; their weights stay in the cache for all its tokens.
  static constexpr int64_t PANELS = FORM == Form::GATED ? 1 : 2;
  /// Multiplications that are worth a thread's waking up.
  static constexpr int64_t WORTH = 1 << 18;

  OrtApi api = nullptr;
  const ProductKernels* kernels = nullptr;
  int64_t threads = 1;

  static Product describe(const Tensor* inputs) {
    Product product{};
    product.levels = static_cast<const uint8_t*>(inputs[0].data);
    product.weights = static_cast<const int8_t*>(inputs[1].data);
    product.up = FORM == Form::GATED ? static_cast<const int8_t*>(inputs[2].data) : nullptr;
    product.tokenScales = static_cast<const float*>(inputs[SCALES].data);
    product.inputs = inputs[0].shape.back();
    product.outputs = inputs[1].shape[0] * LANES;
    product.block = FORM == Form::BLOCKS ? product.inputs / inputs[SCALES].shape[1] : product.inputs;
    return product;
  }

  static const char* check(const Tensor* inputs) {
    const std::vector<int64_t>& levels = inputs[0].shape;
    if (levels.empty() || levels.back() == 0 || levels.back() % TOGETHER != 0) {
      return "TokenProduct: levels must be [tokens, inputs], inputs a multiple of 4";
    }
    const Tensor& scales = inputs[SCALES];
    const int64_t blocks = FORM == Form::BLOCKS && scales.shape.size() == 2 ? scales.shape[1] : 1;
    if (scales.data && scales.elements() != inputs[0].elements() / levels.back() * blocks) {
      return "TokenProduct: scales must be one for each token, or for each of its blocks";
    }
    if (blocks < 1 || levels.back() % (blocks * TOGETHER) != 0) {
      return "BlockProduct: blocks must be of as many inputs, a multiple of 4";
    }
    const int64_t bytes = blocks * panelBytes(levels.back() / blocks);
    for (size_t i = 1; i < SCALES; i++) {
      if (inputs[i].shape != std::vector<int64_t>{inputs[1].shape[0], bytes}) {
        return "TokenProduct: weights must be packed for as many inputs as tokens have";
      }
    }
    return nullptr;
  }

  OrtStatus* run(OrtKernelContext* context, const Product& product, int64_t tokens) const {
    const int64_t panels = product.outputs / LANES;
    const int64_t blocks = (tokens + TOKENS - 1) / TOKENS;
    const int64_t groups = (panels + PANELS - 1) / PANELS;
    const auto use = FORM == Form::BLOCKS ? kernels->multiplyBlocks : kernels->multiply;
    const auto multiply = [&](int piece) {
      const int64_t token = piece % blocks * TOKENS;
      const int64_t panel = piece / blocks * PANELS;
      // The pieces between are those of other threads.
      const int64_t next = std::min((piece + threads) / blocks * PANELS, panels - 1);
      use(product,
          Part{token, std::min(TOKENS, tokens - token), panel, std::min(PANELS, panels - panel), next});
    };
    const bool alone = tokens * product.inputs * product.outputs < WORTH;
    return each(api, context, alone ? 1 : static_cast<int>(threads),
        static_cast<int>(blocks * groups), multiply);
  }
};

template <Form FORM>
OrtCustomOp describe(const char* (*name)(const OrtCustomOp*)) {
  using Kernel = TokenProduct<FORM>;
  OrtCustomOp op = operatorOf<Kernel>();
  op.GetName = name;
  op.GetInputType = [](const OrtCustomOp*, size_t index) -> int {
    return index == 0 ? UINT8 : index == Kernel::SCALES ? FLOAT : INT8;
  };
  op.GetInputTypeCount = [](const OrtCustomOp*) -> size_t { return Kernel::INPUTS; };
  op.GetInputCharacteristic = [](const OrtCustomOp*, size_t index) -> int {
    return index == Kernel::SCALES && FORM != Form::BLOCKS ? OPTIONAL : REQUIRED;
  };
  op.GetOutputType = [](const OrtCustomOp*, size_t) -> int { return FLOAT; };
  op.GetOutputTypeCount = [](const OrtCustomOp*) -> size_t { return 1; };
  return op;
}

}  // namespace

std::vector<OrtCustomOp> tokenProducts() {
  return {describe<Form::LINEAR>([](const OrtCustomOp*) { return "TokenProduct"; }),
      describe<Form::GATED>([](const OrtCustomOp*) { return "GatedTokenProduct"; }),
      describe<Form::BLOCKS>([](const OrtCustomOp*) { return "BlockProduct"; })};
}

}  // namespace spark_llama
