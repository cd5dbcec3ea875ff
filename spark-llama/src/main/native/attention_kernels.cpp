// Compiled once for each instruction set; SPARK_LLAMA_KERNELS names the namespace of the result.
#include "lanes.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__x86_64__)
#include <immintrin.h>
#else
#include <arm_neon.h>
#endif

namespace spark_llama {
namespace {

/// Positions whose scores are held at a time. Blocks begin at multiples of it, so that a row adds up
/// in the same order wherever a pass begins.
constexpr int BLOCK = 512;
constexpr float HIDDEN = -1e30f;

/// Memory of a thread that grows. Not a std::vector: the linker would give all instruction sets the
/// functions of one.
class Scratch {
 public:
  ~Scratch() { std::free(memory); }

  float* of(size_t wanted) {
    if (wanted > size) {
      void* grown = std::realloc(memory, wanted * sizeof(float));
      if (!grown) throw std::bad_alloc();
      memory = static_cast<float*>(grown);
      size = wanted;
    }
    return memory;
  }

 private:
  float* memory = nullptr;
  size_t size = 0;
};

/// A number of the cache at half precision.
struct Half {
  uint16_t bits;
};

#if defined(__AVX512F__)

inline Lane load(const Half* from) {
  // The form with a mask, because GCC 12 warns of the other.
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return (Lane)_mm512_maskz_cvtph_ps(0xffff, halves);
}

#elif defined(__F16C__)

inline Lane load(const Half* from) {
  __m256 parts[2];
  for (int i = 0; i < 2; i++) {
    parts[i] = _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from) + i));
  }
  Lane lane;
  std::memcpy(&lane, parts, sizeof lane);
  return lane;
}

#else

inline Lane load(const Half* from) {
  Lane lane;
  for (int i = 0; i < LANES; i += 4) {
    const float32x4_t part = vcvt_f32_f16(vld1_f16(reinterpret_cast<const __fp16*>(from) + i));
    for (int j = 0; j < 4; j++) lane[i + j] = part[j];
  }
  return lane;
}

#endif

inline void put(float* to, float value) { *to = value; }

inline void put(Half* to, float value) {
#if defined(__F16C__)
  to->bits = static_cast<uint16_t>(_cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT));
#else
  const __fp16 half = static_cast<__fp16>(value);
  std::memcpy(to, &half, sizeof half);
#endif
}

inline float exponential(float x) { return exponential(all(x))[0]; }

void rotate(const float* from, const Rotation& rotation, int position, int size, float* to) {
  const int half = size / 2;
  const float* cosines = rotation.cosines + static_cast<int64_t>(position) * half;
  const float* sines = rotation.sines + static_cast<int64_t>(position) * half;
  for (int i = 0; i < half; i++) {
    const float a = from[i], b = from[half + i];
    // Which product is rounded must not depend on how the loop was compiled.
    to[i] = __builtin_fmaf(a, cosines[i], -(b * sines[i]));
    to[half + i] = __builtin_fmaf(b, cosines[i], a * sines[i]);
  }
}

/// Scores of ROWS queries with 16 * PANELS keys.
template <int ROWS, int PANELS, typename Element>
inline void score(const float* queries, const Element* panels, int size, float* scores) {
  Lane sums[ROWS][PANELS] = {};
  for (int i = 0; i < size; i++) {
    Lane keys[PANELS];
    for (int p = 0; p < PANELS; p++) keys[p] = load(panels + (p * size + i) * LANES);
    for (int r = 0; r < ROWS; r++) {
      for (int p = 0; p < PANELS; p++) sums[r][p] += queries[r * size + i] * keys[p];
    }
  }
  for (int r = 0; r < ROWS; r++) {
    for (int p = 0; p < PANELS; p++) store(scores + r * BLOCK + p * LANES, sums[r][p]);
  }
}

template <int ROWS, typename Element>
inline void scoreRows(const float* queries, const Element* panels, int count, int size, float* scores) {
  constexpr int TOGETHER = ROWS > 3 ? 2 : 4;
  int p = 0;
  for (; p + TOGETHER <= count; p += TOGETHER) {
    score<ROWS, TOGETHER>(queries, panels + p * size * LANES, size, scores + p * LANES);
  }
  for (; p < count; p++) {
    score<ROWS, 1>(queries, panels + p * size * LANES, size, scores + p * LANES);
  }
}

/// Adds to ROWS outputs of 16 * COLUMNS numbers the values weighted by their shares.
template <int ROWS, int COLUMNS, typename Element>
inline void weigh(const float* shares, const Element* values, int count, int size, float* outputs) {
  Lane sums[ROWS][COLUMNS];
  for (int r = 0; r < ROWS; r++) {
    for (int c = 0; c < COLUMNS; c++) sums[r][c] = load(outputs + r * size + c * LANES);
  }
  for (int i = 0; i < count; i++) {
    Lane value[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) value[c] = load(values + i * size + c * LANES);
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) sums[r][c] += shares[r * BLOCK + i] * value[c];
    }
  }
  for (int r = 0; r < ROWS; r++) {
    for (int c = 0; c < COLUMNS; c++) store(outputs + r * size + c * LANES, sums[r][c]);
  }
}

template <int ROWS, typename Element>
inline void weighRows(const float* shares, const Element* values, int count, int size, float* outputs) {
  int column = 0;
  for (; column + 4 * LANES <= size; column += 4 * LANES) {
    weigh<ROWS, 4>(shares, values + column, count, size, outputs + column);
  }
  for (; column < size; column += LANES) {
    weigh<ROWS, 1>(shares, values + column, count, size, outputs + column);
  }
}

/// Queries of a tile for one head of keys, and what they have gathered so far.
template <typename Element>
class Rows {
 public:
  Rows(const Pass& pass, const Tile& tile, int head)
      : pass(pass),
        size(static_cast<int>(pass.cache.size)),
        group(static_cast<int>(pass.queryHeads / pass.cache.heads)),
        count(tile.count * group),
        memory(workspace(count, size)) {
    queries = memory;
    outputs = queries + count * size;
    scores = outputs + count * size;
    sums = scores + count * BLOCK;
    most = sums + count * LANES;
    std::fill_n(outputs, count * size, 0.0f);
    std::fill_n(sums, count * LANES, 0.0f);
    std::fill_n(most, count, HIDDEN);
    const int64_t width = (pass.queryHeads + 2 * pass.cache.heads) * size;
    for (int r = 0; r < count; r++) {
      const int token = tile.first + r / group;
      const float* query = pass.packed + token * width + (head * group + r % group) * size;
      rotate(query, pass.rotation, pass.tokens[token].position, size, queries + r * size);
      for (int i = 0; i < size; i++) queries[r * size + i] *= pass.scale;
    }
  }

  /// Positions [from, to) of a slot, of which row r sees those before ends + r / group, but at most to.
  void see(const Element* keys, const Element* values, int from, int firstEnd, int to) {
    for (int begin = from - from % BLOCK; begin < to; begin += BLOCK) {
      const int end = std::min(begin + BLOCK, to);
      const int lo = std::max(begin, from);
      const int panel = (lo - begin) / LANES;
      const int panels = (end - begin + LANES - 1) / LANES;
      const Element* first = keys + static_cast<int64_t>(begin + panel * LANES) * size;
      allScores(first, panels - panel, panel * LANES);
      for (int r = 0; r < count; r++) {
        const int rowEnd = std::min(firstEnd + r / group, end);
        share(r, lo - begin, rowEnd - begin, panel, panels);
      }
      allWeighed(values + static_cast<int64_t>(lo) * size, lo - begin, end - lo);
    }
  }

  void finish(const Tile& tile, int head) {
    for (int r = 0; r < count; r++) {
      const float scale = 1.0f / sum(load(sums + r * LANES));
      float* to = pass.output +
          ((tile.first + r / group) * pass.queryHeads + head * group + r % group) * size;
      for (int i = 0; i < size; i++) to[i] = outputs[r * size + i] * scale;
    }
  }

 private:
  const Pass& pass;
  const int size;
  const int group;
  const int count;
  float* const memory;
  float* queries;
  float* outputs;
  float* scores;
  float* sums;
  float* most;

  static float* workspace(int count, int size) {
    thread_local Scratch scratch;
    return scratch.of(static_cast<size_t>(count) * (2 * size + BLOCK + LANES + 1));
  }

  void allScores(const Element* panels, int panelCount, int at) {
    int r = 0;
    for (; r + 12 <= count; r += 12) scoreFrom<12>(r, panels, panelCount, at);
    for (; r + 4 <= count; r += 4) scoreFrom<4>(r, panels, panelCount, at);
    if (count - r == 3) {
      scoreFrom<3>(r, panels, panelCount, at);
      return;
    }
    for (; r < count; r++) scoreFrom<1>(r, panels, panelCount, at);
  }

  template <int ROWS>
  void scoreFrom(int row, const Element* panels, int panelCount, int at) {
    scoreRows<ROWS>(queries + row * size, panels, panelCount, size, scores + row * BLOCK + at);
  }

  /// Turns scores into shares of the softmax so far. What a row does not see has the share 0.
  void share(int row, int from, int to, int panel, int panels) {
    float* own = scores + row * BLOCK;
    Lane lane;
    for (int i = 0; i < LANES; i++) lane[i] = static_cast<float>(i);
    Lane top = all(HIDDEN);
    for (int p = panel; p < panels; p++) {
      const Lane at = lane + static_cast<float>(p * LANES);
      const Lane seen = at < static_cast<float>(from) ? all(HIDDEN) : load(own + p * LANES);
      const Lane visible = at < static_cast<float>(to) ? seen : all(HIDDEN);
      store(own + p * LANES, visible);
      top = visible > top ? visible : top;
    }
    const float before = most[row];
    const float now = std::max(before, largest(top));
    if (now > before && before == HIDDEN) {
      most[row] = now;
    } else if (now > before) {
      const float factor = exponential(before - now);
      for (int i = 0; i < size; i++) outputs[row * size + i] *= factor;
      store(sums + row * LANES, load(sums + row * LANES) * factor);
      most[row] = now;
    }
    Lane total = load(sums + row * LANES);
    for (int p = panel; p < panels; p++) {
      const Lane shares = exponential(load(own + p * LANES) - now);
      store(own + p * LANES, shares);
      total += shares;
    }
    store(sums + row * LANES, total);
  }

  void allWeighed(const Element* values, int at, int positions) {
    int r = 0;
    for (; r + 6 <= count; r += 6) weighFrom<6>(r, values, at, positions);
    for (; r + 3 <= count; r += 3) weighFrom<3>(r, values, at, positions);
    for (; r < count; r++) weighFrom<1>(r, values, at, positions);
  }

  template <int ROWS>
  void weighFrom(int row, const Element* values, int at, int positions) {
    weighRows<ROWS>(scores + row * BLOCK + at, values, positions, size, outputs + row * size);
  }
};

/// Where a head of a slot begins in a buffer of the cache.
int64_t begin(const Cache& cache, int slot, int head) {
  return (slot * cache.heads + head) * cache.capacity * cache.size;
}

template <typename Element>
void attendTile(const Pass& pass, const Tile& tile, int head) {
  const Token& first = pass.tokens[tile.first];
  const Cache& cache = pass.cache;
  const Element* keys = static_cast<const Element*>(cache.keys);
  const Element* values = static_cast<const Element*>(cache.values);
  Rows<Element> rows(pass, tile, head);
  if (first.sharedEnd > 0) {
    const int64_t shared = begin(cache, first.sharedSlot, head);
    rows.see(keys + shared, values + shared, 0, first.sharedEnd, first.sharedEnd);
  }
  const int64_t own = begin(cache, first.slot, head);
  rows.see(
      keys + own, values + own, first.from, first.index + 1, first.index + tile.count);
  rows.finish(tile, head);
}

template <typename Element>
void storeTokens(const Pass& pass, int firstToken, int count) {
  const Cache& cache = pass.cache;
  const int size = static_cast<int>(cache.size);
  const int64_t width = (pass.queryHeads + 2 * cache.heads) * size;
  thread_local Scratch scratch;
  float* rotated = scratch.of(size);
  for (int t = firstToken; t < firstToken + count; t++) {
    const Token& token = pass.tokens[t];
    for (int h = 0; h < cache.heads; h++) {
      const float* key = pass.packed + t * width + (pass.queryHeads + h) * size;
      const float* value = key + cache.heads * size;
      rotate(key, pass.rotation, token.position, size, rotated);
      const int64_t start = begin(cache, token.slot, h);
      Element* panel = static_cast<Element*>(cache.keys) + start +
          static_cast<int64_t>(token.index / LANES) * LANES * size + token.index % LANES;
      Element* row = static_cast<Element*>(cache.values) + start +
          static_cast<int64_t>(token.index) * size;
      for (int i = 0; i < size; i++) {
        put(panel + i * LANES, rotated[i]);
        put(row + i, value[i]);
      }
    }
  }
}

}  // namespace

namespace SPARK_LLAMA_KERNELS {

void attend(const Pass& pass, const Tile& tile, int head) {
  pass.cache.element == Element::FLOAT16 ? attendTile<Half>(pass, tile, head)
                                         : attendTile<float>(pass, tile, head);
}

void store(const Pass& pass, int first, int count) {
  pass.cache.element == Element::FLOAT16 ? storeTokens<Half>(pass, first, count)
                                         : storeTokens<float>(pass, first, count);
}

}  // namespace SPARK_LLAMA_KERNELS
}  // namespace spark_llama
