// The operator io.sparkllama::NextTokens: of each row of logits float[rows, size] the most likely token
// int64[rows, 1], the lowest of equals; its logit float[rows, 1]; and the sum of the exponentials of
// all logits less the largest, float[rows, 1].

#include "kernels.h"
#include "operators.h"

namespace spark_llama {
namespace {

class NextTokens {
 public:
  OrtStatus* open(OrtApi table, const OrtKernelInfo* info) {
    api = table;
    return ort::attribute(api, info, "threads", &threads);
  }

  OrtStatus* compute(OrtKernelContext* context) const {
    Tensor logits;
    if (OrtStatus* status = read(api, context, 0, &logits)) return status;
    if (logits.shape.size() != 2 || logits.shape[1] == 0) {
      return ort::failure(api, "NextTokens: logits must be [rows, size]");
    }
    const int64_t size = logits.shape[1];
    void* outputs[3];
    for (size_t i = 0; i < 3; i++) {
      if (OrtStatus* status = write(api, context, i, {logits.shape[0], 1}, &outputs[i])) return status;
    }
    const Kernels& use = kernels();
    const auto choose = [&](int row) {
      const Choice choice = use.choose(static_cast<const float*>(logits.data) + row * size, size);
      static_cast<int64_t*>(outputs[0])[row] = choice.token;
      static_cast<float*>(outputs[1])[row] = choice.most;
      static_cast<float*>(outputs[2])[row] = choice.sum;
    };
    return each(
        api, context, static_cast<int>(threads), static_cast<int>(logits.shape[0]), choose);
  }

 private:
  OrtApi api = nullptr;
  int64_t threads = 1;
};

}  // namespace

std::vector<OrtCustomOp> nextTokens() {
  OrtCustomOp op = operatorOf<NextTokens>();
  op.GetName = [](const OrtCustomOp*) { return "NextTokens"; };
  op.GetInputType = [](const OrtCustomOp*, size_t) -> int { return FLOAT; };
  op.GetInputTypeCount = [](const OrtCustomOp*) -> size_t { return 1; };
  op.GetOutputType = [](const OrtCustomOp*, size_t index) -> int {
    return index == 0 ? INT64 : FLOAT;
  };
  op.GetOutputTypeCount = [](const OrtCustomOp*) -> size_t { return 3; };
  return {op};
}

}  // namespace spark_llama
