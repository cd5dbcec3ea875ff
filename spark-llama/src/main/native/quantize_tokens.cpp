// The operator io.sparkllama::QuantizeTokens: 8-bit levels with a scale for each token, in one step
// in place of ten. Input: float[tokens, size]. Outputs: uint8[tokens, size] around 128, and the size
// of a level, float[tokens, 1].

#include "kernels.h"
#include "operators.h"

namespace spark_llama {
namespace {

class QuantizeTokens {
 public:
  OrtStatus* open(OrtApi table, const OrtKernelInfo* info) {
    api = table;
    return ort::attribute(api, info, "threads", &threads);
  }

  OrtStatus* compute(OrtKernelContext* context) const {
    Tensor input;
    void* levels = nullptr;
    void* scales = nullptr;
    if (OrtStatus* status = read(api, context, 0, &input)) return status;
    if (input.shape.size() != 2) {
      return ort::failure(api, "QuantizeTokens: the input must be [tokens, size]");
    }
    if (OrtStatus* status = write(api, context, 0, input.shape, &levels)) return status;
    if (OrtStatus* status = write(api, context, 1, {input.shape[0], 1}, &scales)) return status;
    return run(context, input, static_cast<uint8_t*>(levels), static_cast<float*>(scales));
  }

 private:
  /// Tokens that are worth a thread's waking up.
  static constexpr int TOGETHER = 16;

  OrtApi api = nullptr;
  int64_t threads = 1;

  OrtStatus* run(
      OrtKernelContext* context, const Tensor& input, uint8_t* levels, float* scales) const {
    const Kernels& use = kernels();
    const float* values = static_cast<const float*>(input.data);
    const int tokens = static_cast<int>(input.shape[0]);
    const int64_t size = input.shape[1];
    const auto quantize = [&](int part) {
      const int end = std::min(tokens, (part + 1) * TOGETHER);
      for (int t = part * TOGETHER; t < end; t++) {
        scales[t] = use.quantize(values + t * size, size, levels + t * size);
      }
    };
    const int parts = (tokens + TOGETHER - 1) / TOGETHER;
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
