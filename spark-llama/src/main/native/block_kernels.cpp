// Products with weights and tokens that have scales for each block of inputs. Compiled once for each
// instruction set; SPARK_LLAMA_KERNELS names the namespace of the result.
#include "dots.h"

namespace spark_llama {
namespace {

// The sums of a block and those of all blocks so far are held in registers, of which AVX2 has half.
#if defined(__AVXVNNI__) && !defined(__AVX512VNNI__)
constexpr int BLOCK_ROWS = 2;
#else
constexpr int BLOCK_ROWS = 4;
#endif

template <int TOKENS, int COUNT>
void blocks(const Product& product, int64_t token, int64_t panel) {
  const int64_t inputs = product.inputs;
  const int64_t count = inputs / product.block;
  const int64_t bytes = panelBytes(product.block);
  const uint8_t* levels = product.levels + token * inputs;
  const float* scales = product.tokenScales + token * count;
  const int8_t* panels[COUNT];
  for (int p = 0; p < COUNT; p++) panels[p] = product.weights + (panel + p) * count * bytes;
  Lane results[TOKENS][COUNT] = {};
  for (int64_t b = 0; b < count; b++) {
    Sums sums[TOKENS][COUNT * PARTS];
    addUp<TOKENS, COUNT>(levels + b * product.block, inputs, product.block, panels, sums);
    for (int p = 0; p < COUNT; p++) {
      const Lane factors = load(reinterpret_cast<const float*>(panels[p]));
      for (int t = 0; t < TOKENS; t++) {
        results[t][p] += number(&sums[t][p * PARTS]) * factors * scales[t * count + b];
      }
      panels[p] += bytes;
    }
  }
  for (int t = 0; t < TOKENS; t++) {
    float* to = product.output + (token + t) * product.outputs + panel * LANES;
    for (int p = 0; p < COUNT; p++) store(to + p * LANES, results[t][p]);
  }
}

template <int TOKENS>
void tile(const Product& product, int64_t token, const Part& part) {
  int64_t panel = part.firstPanel;
  const int64_t end = panel + part.panels;
  for (; panel + PANELS <= end; panel += PANELS) blocks<TOKENS, PANELS>(product, token, panel);
  for (; panel < end; panel++) blocks<TOKENS, 1>(product, token, panel);
}

}  // namespace

namespace SPARK_LLAMA_KERNELS {

void multiplyBlocks(const Product& product, const Part& part) {
  int64_t token = part.firstToken;
  const int64_t end = token + part.tokens;
  Ahead ahead(product, part, BLOCK_ROWS);
  for (; token + BLOCK_ROWS <= end; token += BLOCK_ROWS) {
    ahead.call();
    tile<BLOCK_ROWS>(product, token, part);
  }
  ahead.call();
  switch (end - token) {
    case 3: return tile<3>(product, token, part);
    case 2: return tile<2>(product, token, part);
    case 1: return tile<1>(product, token, part);
    default: return;
  }
}

}  // namespace SPARK_LLAMA_KERNELS
}  // namespace spark_llama
