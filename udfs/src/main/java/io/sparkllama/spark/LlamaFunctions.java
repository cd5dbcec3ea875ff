package io.sparkllama.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/**
 * The SQL functions for Java and Scala code; NULL gives NULL.
 *
 * <p>Options are those that SQL takes by name, such as {@code temperature} and {@code on_error};
 * {@code call_function} of Spark takes any of the functions, those of {@code llama_try_...} too.
 */
public final class LlamaFunctions {

  private LlamaFunctions() {}

  /** {@code positive}, {@code negative} or {@code neutral}. */
  public static Column sentiment(Column text) {
    return call("sentiment", text);
  }

  /** {@code struct<positive, negative, neutral>} of probabilities. */
  public static Column sentimentScores(Column text) {
    return call("sentiment_scores", text);
  }

  /** {@code array<struct<aspect, sentiment>>}. */
  public static Column aspectSentiment(Column text) {
    return call("aspect_sentiment", text);
  }

  /** Map from emotions to probabilities. */
  public static Column emotions(Column text) {
    return call("emotions", text);
  }

  /** ISO 639-1 code. */
  public static Column detectLanguage(Column text) {
    return call("detect_language", text);
  }

  /** The label that fits best. */
  public static Column classify(Column text, List<String> labels) {
    return call("classify", text, literals(labels));
  }

  /**
   * The label that fits best.
   *
   * @param labels what each label means
   */
  public static Column classify(Column text, Map<String, String> labels) {
    return call("classify", text, entries(labels));
  }

  /** {@code struct<label, probability, scores>}. */
  public static Column classifyScores(Column text, List<String> labels) {
    return call("classify_scores", text, literals(labels));
  }

  /** All labels that fit. */
  public static Column tags(Column text, List<String> labels) {
    return call("classify", text, literals(labels), lit(true));
  }

  /** Whether a condition is true of the text. */
  public static Column filter(Column text, String condition) {
    return call("filter", text, lit(condition));
  }

  /** {@code struct<flagged, categories, scores>} of what the text may do harm by. */
  public static Column moderate(Column text) {
    return call("moderate", text);
  }

  /**
   * {@code struct<flagged, categories, scores>} of some categories.
   *
   * @param categories those that are asked about; each costs a request
   */
  public static Column moderate(Column text, List<String> categories) {
    return call("moderate", text, literals(categories));
  }

  /**
   * The text with {@code [MASKED]} in some places.
   *
   * @param labels kinds of things to mask
   */
  public static Column mask(Column text, List<String> labels) {
    return call("mask", text, literals(labels));
  }

  /**
   * A struct of what the text says of some fields.
   *
   * @param schema columns such as {@code name STRING, age INT}, or a JSON schema of an object
   */
  public static Column extract(Column text, String schema) {
    return call("extract", text, lit(schema));
  }

  /** The text without mistakes. */
  public static Column fixGrammar(Column text) {
    return call("fix_grammar", text);
  }

  /**
   * Source code continued, explained, fixed or commented.
   *
   * @param action {@code complete}, {@code explain}, {@code fix} or {@code document}
   */
  public static Column code(Column code, String action) {
    return call("code", code, lit(action));
  }

  /** A summary of about fifty words. */
  public static Column summarize(Column text) {
    return call("summarize", text);
  }

  /** A summary of at most {@code maxWords} words, as far as the model obeys. */
  public static Column summarize(Column text, int maxWords) {
    return call("summarize", text, lit(maxWords));
  }

  /** One summary of all texts of a group, of about fifty words; an aggregate function. */
  public static Column summarizeAgg(Column text) {
    return call("summarize_agg", text);
  }

  /** One summary of all texts of a group, of at most {@code maxWords} words. */
  public static Column summarizeAgg(Column text, int maxWords) {
    return call("summarize_agg", text, lit(maxWords));
  }

  /**
   * What an instruction asks of all texts of a group together; an aggregate function.
   *
   * @param instruction such as {@code List the complaints.}
   */
  public static Column agg(Column text, String instruction) {
    return call("agg", text, lit(instruction));
  }

  /**
   * @param language ISO 639-1 code or English name of the target language
   */
  public static Column translate(Column text, String language) {
    return call("translate", text, lit(language));
  }

  /** The model's answer to a user message. */
  public static Column generate(Column prompt) {
    return call("generate", prompt);
  }

  /**
   * @param maxTokens most tokens of the answer
   */
  public static Column generate(Column prompt, int maxTokens) {
    return call("generate", prompt, lit(maxTokens));
  }

  public static Column generate(Column prompt, Map<String, String> options) {
    return call("generate", prompt, entries(options));
  }

  /**
   * The next turn of a conversation.
   *
   * @param messages {@code array<struct<role, content>>}
   */
  public static Column chat(Column messages) {
    return call("chat", messages);
  }

  public static Column chat(Column messages, Map<String, String> options) {
    return call("chat", messages, entries(options));
  }

  /**
   * {@code struct<text, finish_reason, prompt_tokens, generated_tokens, error>}.
   *
   * @param prompt a text or a conversation
   */
  public static Column query(Column prompt) {
    return call("query", prompt);
  }

  public static Column query(Column prompt, Map<String, String> options) {
    return call("query", prompt, entries(options));
  }

  /** The number of tokens of the text; the model is not run. */
  public static Column countTokens(Column text) {
    return call("count_tokens", text);
  }

  private static Column call(String function, Column... arguments) {
    return call_function("llama_" + function, arguments);
  }

  private static Column literals(List<String> texts) {
    return array(texts.stream().map(text -> lit(text)).toArray(Column[]::new));
  }

  private static Column entries(Map<String, String> texts) {
    return map(
        texts.entrySet().stream()
            .flatMap(entry -> Stream.of(lit(entry.getKey()), lit(entry.getValue())))
            .toArray(Column[]::new));
  }
}
