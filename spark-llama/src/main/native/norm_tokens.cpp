// The operator io.sparkllama::NormTokens: the sum of two tensors float[tokens, size], and its
// root-mean-square norm with weights float[size] in levels of 8 bits around 128. In place of
// SkipSimplifiedLayerNormalization and QuantizeLinear. Outputs: the sum; uint8[tokens, size].

#include "kernels.h"
#include "operators.h"

namespace spark_llama {
namespace {

class NormTokens {
 public:
  OrtStatus* open(OrtApi table, const OrtKernelInfo* info) {
    api = table;
    if (OrtStatus* status = ort::attribute(api, info, "epsilon", &epsilon)) return status;
    if (OrtStatus* status = ort::attribute(api, info, "level", &level)) return status;
    return ort::attribute(api, info, "threads", &threads);
  }

  OrtStatus* compute(OrtKernelContext* context) const {
    Tensor inputs[3];
    for (size_t i = 0; i < 3; i++) {
      if (OrtStatus* status = read(api, context, i, &inputs[i])) return status;
    }
    const std::vector<int64_t>& shape = inputs[0].shape;
    if (shape.size() != 2 || inputs[1].shape != shape || shape[1] % LANES != 0 ||
        inputs[2].shape != std::vector<int64_t>{shape[1]}) {
      return ort::failure(api,
          "NormTokens: inputs must be [tokens, size] twice and [size], size a multiple of 16");
    }
    void* sum = nullptr;
    void* levels = nullptr;
    if (OrtStatus* status = write(api, context, 0, shape, &sum)) return status;
    if (OrtStatus* status = write(api, context, 1, shape, &levels)) return status;
    const Norm norm{static_cast<const float*>(inputs[0].data),
        static_cast<const float*>(inputs[1].data), static_cast<const float*>(inputs[2].data),
        static_cast<float*>(sum), static_cast<uint8_t*>(levels), shape[1], epsilon, level};
    return run(context, norm, shape[0]);
  }

 private:
  /// Tokens that are worth a thread's waking up.
  static constexpr int64_t TOGETHER = 16;

  OrtApi api = nullptr;
  int64_t threads = 1;
  float epsilon = 0;
  float level = 0;

  OrtStatus* run(OrtKernelContext* context, const Norm& norm, int64_t tokens) const {
    const Kernels& use = kernels();
    const auto normalize = [&](int part) {
      const int64_t end = std::min(tokens, (part + 1) * TOGETHER);
      for (int64_t t = part * TOGETHER; t < end; t++) use.normalize(norm, t);
    };
    const int parts = static_cast<int>((tokens + TOGETHER - 1) / TOGETHER);
    return each(api, context, static_cast<int>(threads), parts, normalize);
  }
};

}  // namespace

std::vector<OrtCustomOp> normTokens() {
  OrtCustomOp op = operatorOf<NormTokens>();
  op.GetName = [](const OrtCustomOp*) { return "NormTokens"; };
  op.GetInputType = [](const OrtCustomOp*, size_t) -> int { return FLOAT; };
  op.GetInputTypeCount = [](const OrtCustomOp*) -> size_t { return 3; };
  op.GetOutputType = [](const OrtCustomOp*, size_t index) -> int {
    return index == 0 ? FLOAT : UINT8;
  };
  op.GetOutputTypeCount = [](const OrtCustomOp*) -> size_t { return 2; };
  return {op};
}

}  // namespace spark_llama
