package io.sparkllama.runtime;

import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.OnnxParts;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Finds the most likely tokens of each part of the vocabulary first, and of these the most likely
 * ones: the same tokens. CUDA's TopK looks at a row with one block of threads, pass after pass over
 * a hundred thousand scores, while most of a GPU is idle; many short rows keep it busy.
 */
final class LikelyParts {

  private static final int MOST = 32;

  /** So many times the tokens that are told has a part at least, or too little falls away. */
  private static final int LEAST_TIMES = 4;

  private static final String PREFIX = "spark_llama/parts/";
  private static final String SCORES = PREFIX + "scores";
  private static final String SHAPE = PREFIX + "shape";
  private static final String BEST = PREFIX + "best";
  private static final String PLACES = PREFIX + "places";
  private static final String ROWS = PREFIX + "rows";
  private static final String BEST_OF_ROWS = PREFIX + "best_of_rows";
  private static final String BY_PART = PREFIX + "by_part";
  private static final String PLACES_BY_PART = PREFIX + "places_by_part";
  private static final String BEGINNINGS = PREFIX + "beginnings";
  private static final String TOKENS_BY_PART = PREFIX + "tokens_by_part";
  private static final String TOKENS = PREFIX + "tokens";
  private static final String CHOSEN = PREFIX + "chosen";

  private LikelyParts() {}

  /**
   * How many equal parts a vocabulary is looked at in; 1 where it can not be divided well.
   *
   * @param told tokens that are told of a row
   */
  static int count(int vocabulary, int told) {
    return IntStream.rangeClosed(1, MOST)
        .filter(parts -> vocabulary % parts == 0 && vocabulary / parts >= LEAST_TIMES * told)
        .max()
        .orElse(1);
  }

  /**
   * Adds what makes {@link LikelyTokens#SCORES} and {@link LikelyTokens#TOKENS}.
   *
   * @param count name of the constant that says how many tokens are told
   */
  static void append(GraphProto.Builder graph, int vocabulary, int parts, String count) {
    int size = vocabulary / parts;
    long told = LikelyTokens.count(vocabulary);
    graph
        .addInitializer(OnnxParts.int64s(SHAPE, -1, size))
        .addInitializer(OnnxParts.int64s(ROWS, -1, parts * told))
        .addInitializer(OnnxParts.int64s(BY_PART, -1, parts, told))
        .addInitializer(
            OnnxParts.int64s(
                    BEGINNINGS, LongStream.range(0, parts).map(part -> part * size).toArray())
                .toBuilder()
                .addDims(1))
        .addNode(OnnxParts.node("Reshape", SCORES, List.of(LogitsSelection.OUTPUT, SHAPE)))
        .addNode(LikelyTokens.topK(SCORES, count, BEST, PLACES))
        .addNode(OnnxParts.node("Reshape", BEST_OF_ROWS, List.of(BEST, ROWS)))
        .addNode(LikelyTokens.topK(BEST_OF_ROWS, count, LikelyTokens.SCORES, CHOSEN))
        .addNode(OnnxParts.node("Reshape", PLACES_BY_PART, List.of(PLACES, BY_PART)))
        .addNode(OnnxParts.node("Add", TOKENS_BY_PART, List.of(PLACES_BY_PART, BEGINNINGS)))
        .addNode(OnnxParts.node("Reshape", TOKENS, List.of(TOKENS_BY_PART, ROWS)))
        .addNode(
            OnnxParts.node(
                "GatherElements",
                LikelyTokens.TOKENS,
                List.of(TOKENS, CHOSEN),
                OnnxParts.attribute("axis", 1)));
  }
}
