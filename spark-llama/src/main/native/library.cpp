// The library's doors: ONNX Runtime registers operators when a session is opened with the library,
// and Java packs weights before.
#include "operators.h"
#include "products.h"

#if defined(_WIN32)
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

EXPORTED OrtStatus* RegisterCustomOps(OrtSessionOptions* options, const OrtApiBase* base) {
  static const std::vector<OrtCustomOp> attention = spark_llama::slotAttention();
  static const std::vector<OrtCustomOp> quantize = spark_llama::quantizeTokens();
  static const std::vector<OrtCustomOp> products = spark_llama::tokenProducts();
  static const std::vector<OrtCustomOp> norms = spark_llama::normTokens();
  static const std::vector<OrtCustomOp> choices = spark_llama::nextTokens();
  OrtApi api = base->GetApi(ort::VERSION);
  OrtCustomOpDomain* domain = nullptr;
  if (OrtStatus* status = ort::createDomain(api, "io.sparkllama", &domain)) return status;
  for (const auto* group : {&attention, &quantize, &products, &norms, &choices}) {
    for (const OrtCustomOp& op : *group) {
      if (OrtStatus* status = ort::addOperator(api, domain, &op)) return status;
    }
  }
  return ort::addDomain(api, options, domain);
}

/// Whether this processor runs products with packed weights.
EXPORTED int32_t spark_llama_multiplies() { return spark_llama::productKernels() != nullptr; }

EXPORTED int64_t spark_llama_panel_bytes(int64_t inputs) { return spark_llama::panelBytes(inputs); }

EXPORTED void spark_llama_pack_token_weights(const int8_t* weights, const float* scales,
    float levelScale, int64_t inputs, int64_t outputs, int8_t* packed) {
  spark_llama::packTokenWeights(weights, scales, levelScale, inputs, outputs, packed);
}

EXPORTED void spark_llama_pack_block_weights(const uint8_t* levels, const float* scales,
    int64_t inputs, int64_t outputs, int64_t block, int8_t* packed) {
  spark_llama::packBlockWeights(levels, scales, inputs, outputs, block, packed);
}

EXPORTED void spark_llama_widen(const uint16_t* halves, int64_t count, float* floats) {
  spark_llama::widen(halves, count, floats);
}
