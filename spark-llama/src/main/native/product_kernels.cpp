// Compiled once for each instruction set; SPARK_LLAMA_KERNELS names the namespace of the result.
#include "dots.h"

namespace spark_llama {
namespace {

/// Sums of tokens with panels, times the factors of outputs and tokens.
template <int TOKENS, int COUNT>
inline void multiplyTile(
    const Product& product, int64_t token, const int8_t* const* panels, Lane (*results)[COUNT]) {
  const int64_t inputs = product.inputs;
  Sums sums[TOKENS][COUNT * PARTS];
  addUp<TOKENS, COUNT>(product.levels + token * inputs, inputs, inputs, panels, sums);
  for (int t = 0; t < TOKENS; t++) {
    for (int p = 0; p < COUNT; p++) {
      Lane result = number(&sums[t][p * PARTS]) * load(reinterpret_cast<const float*>(panels[p]));
      if (product.tokenScales) result *= product.tokenScales[token + t];
      results[t][p] = result;
    }
  }
}

inline Lane silu(Lane x) {
  const Lane below = exponential(x < 0.0f ? x : -x);
  return (x < 0.0f ? x * below : x) / (below + 1.0f);
}

template <int TOKENS, int COUNT>
void linear(const Product& product, int64_t token, int64_t panel) {
  const int64_t bytes = panelBytes(product.inputs);
  const int8_t* panels[COUNT];
  for (int p = 0; p < COUNT; p++) panels[p] = product.weights + (panel + p) * bytes;
  Lane results[TOKENS][COUNT];
  multiplyTile<TOKENS, COUNT>(product, token, panels, results);
  for (int t = 0; t < TOKENS; t++) {
    float* to = product.output + (token + t) * product.outputs + panel * LANES;
    for (int p = 0; p < COUNT; p++) store(to + p * LANES, results[t][p]);
  }
}

template <int TOKENS>
void gated(const Product& product, int64_t token, int64_t panel) {
  const int64_t at = panel * panelBytes(product.inputs);
  const int8_t* panels[] = {product.weights + at, product.up + at};
  Lane results[TOKENS][2];
  multiplyTile<TOKENS, 2>(product, token, panels, results);
  for (int t = 0; t < TOKENS; t++) {
    float* to = product.output + (token + t) * product.outputs + panel * LANES;
    store(to, silu(results[t][0]) * results[t][1]);
  }
}

template <int TOKENS>
void tile(const Product& product, int64_t token, const Part& part) {
  int64_t panel = part.firstPanel;
  const int64_t end = panel + part.panels;
  if (product.up) {
    for (; panel < end; panel++) gated<TOKENS>(product, token, panel);
    return;
  }
  for (; panel + PANELS <= end; panel += PANELS) linear<TOKENS, PANELS>(product, token, panel);
  for (; panel < end; panel++) linear<TOKENS, 1>(product, token, panel);
}

}  // namespace

namespace SPARK_LLAMA_KERNELS {

void multiply(const Product& product, const Part& part) {
  int64_t token = part.firstToken;
  const int64_t end = token + part.tokens;
  Ahead ahead(product, part, ROWS);
  for (; token + ROWS <= end; token += ROWS) {
    ahead.call();
    tile<ROWS>(product, token, part);
  }
  ahead.call();
  switch (end - token) {
    case 7: return tile<7>(product, token, part);
    case 6: return tile<6>(product, token, part);
    case 5: return tile<5>(product, token, part);
    case 4: return tile<4>(product, token, part);
    case 3: return tile<3>(product, token, part);
    case 2: return tile<2>(product, token, part);
    case 1: return tile<1>(product, token, part);
    default: return;
  }
}

}  // namespace SPARK_LLAMA_KERNELS
}  // namespace spark_llama
