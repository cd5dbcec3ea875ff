package io.sparkllama.jobs.pipeline.definition;

import java.util.List;
import java.util.Map;

/**
 * A function over columns.
 *
 * @param column of the answer, also the step's name
 * @param function SQL name, such as llama_sentiment
 * @param inputs columns of the source or of earlier steps; texts of several are joined by a blank
 *     line
 * @param options arguments by their SQL names
 */
public record Step(
    String column, String function, List<String> inputs, Map<String, Constant> options) {}
