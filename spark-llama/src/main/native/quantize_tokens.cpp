// The operator io.sparkllama::QuantizeTokens: 8-bit levels with a scale for each token, in one step
// in place of ten; or for each block of a token. Input: float[..., size]. Outputs: uint8[..., size]
// around 128, and the sizes of levels, float[tokens, 1] or float[tokens, size / block].

#include "kernels.h"
#include "operators.h"

namespace spark_llama {
namespace {

class QuantizeTokens {
 public:
  OrtStatus* open(OrtApi table, const OrtKernelInfo* info) {
    api = table;
    if (OrtStatus* status = ort::attribute(api, info, "block", &block)) return status;
    return ort::attribute(api, info, "threads", &threads);
  }

  OrtStatus* compute(OrtKernelContext* context) const {
    Tensor input;
    void* levels = nullptr;
    void* scales = nullptr;
    if (OrtStatus* status = read(api, context, 0, &input)) return status;
    const int64_t size = input.shape.empty() ? 0 : input.shape.back();
    if (size == 0 || (block > 0 && size % block != 0)) {
      return ort::failure(api, "QuantizeTokens: the input must be [..., size], size in blocks");
    }
    const int64_t tokens = input.elements() / size;
    const int64_t blocks = block > 0 ? size / block : 1;
    if (OrtStatus* status = write(api, context, 0, input.shape, &levels)) return status;
    if (OrtStatus* status = write(api, context, 1, {tokens, blocks}, &scales)) return status;
    return run(context, static_cast<const float*>(input.data), tokens, blocks, size / blocks,
        static_cast<uint8_t*>(levels), static_cast<float*>(scales));
  }

 private:
  /// Tokens that are worth a thread's waking up.
  static constexpr int64_t TOGETHER = 16;

  OrtApi api = nullptr;
  int64_t block = 0;  // inputs that share a scale; 0: all
  int64_t threads = 1;

  OrtStatus* run(OrtKernelContext* context, const float* values, int64_t tokens, int64_t blocks,
      int64_t size, uint8_t* levels, float* scales) const {
    const Kernels& use = kernels();
    const auto quantize = [&](int part) {
      const int64_t end = std::min(tokens, (part + 1) * TOGETHER) * blocks;
      for (int64_t b = part * TOGETHER * blocks; b < end; b++) {
        scales[b] = use.quantize(values + b * size, size, levels + b * size);
      }
    };
    const int parts = static_cast<int>((tokens + TOGETHER - 1) / TOGETHER);
    return each(api, context, static_cast<int>(threads), parts, quantize);
  }
};

}  // namespace

std::vector<OrtCustomOp> quantizeTokens() {
  OrtCustomOp op = operatorOf<QuantizeTokens>();
  op.GetName = [](const OrtCustomOp*) { return "QuantizeTokens"; };
  op.GetInputType = [](const OrtCustomOp*, size_t) -> int { return FLOAT; };
  op.GetInputTypeCount = [](const OrtCustomOp*) -> size_t { return 1; };
  op.GetOutputType = [](const OrtCustomOp*, size_t index) -> int {
    return index == 0 ? UINT8 : FLOAT;
  };
  op.GetOutputTypeCount = [](const OrtCustomOp*) -> size_t { return 2; };
  return {op};
}

}  // namespace spark_llama
