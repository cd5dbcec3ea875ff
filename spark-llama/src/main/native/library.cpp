// The library's one door: ONNX Runtime calls it when a session is opened with the library.
#include "operators.h"

#if defined(_WIN32)
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

EXPORTED OrtStatus* RegisterCustomOps(OrtSessionOptions* options, const OrtApiBase* base) {
  static const std::vector<OrtCustomOp> attention = spark_llama::slotAttention();
  static const std::vector<OrtCustomOp> quantize = spark_llama::quantizeTokens();
  OrtApi api = base->GetApi(ort::VERSION);
  OrtCustomOpDomain* domain = nullptr;
  if (OrtStatus* status = ort::createDomain(api, "io.sparkllama", &domain)) return status;
  for (const auto* group : {&attention, &quantize}) {
    for (const OrtCustomOp& op : *group) {
      if (OrtStatus* status = ort::addOperator(api, domain, &op)) return status;
    }
  }
  return ort::addDomain(api, options, domain);
}
