package io.sparkllama.spark.functions;

import io.sparkllama.engine.Sampling;
import io.sparkllama.spark.functions.LlamaCall.Result;
import io.sparkllama.task.Languages;
import io.sparkllama.task.Task;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** All functions. Each comes in two forms: the value, and a struct of value and error. */
public final class LlamaFunctionCatalog {

  private static final int DEFAULT_WORDS = 50;
  private static final int DEFAULT_TOKENS = 128;

  private LlamaFunctionCatalog() {}

  public static List<LlamaFunction> all() {
    return Stream.of(
            both(
                "sentiment",
                "(text) - The sentiment of a text: positive, negative or neutral.",
                "('I love this phone.')",
                arguments -> {
                  arguments.atMost(0);
                  return new Task.Sentiment();
                }),
            both(
                "summarize",
                "(text[, max_words]) - A summary of a text in at most max_words words, 50 by default.",
                "('A long text.', 20)",
                arguments ->
                    new Task.Summarize(arguments.atMost(1).positive("max_words", DEFAULT_WORDS))),
            both(
                "translate",
                "(text, language) - A translation of a text to a language, named by ISO 639-1 code or in English.",
                "('Good morning.', 'fr')",
                LlamaFunctionCatalog::translate),
            both(
                "generate",
                "(prompt[, max_tokens]) - The model's answer to a prompt in at most max_tokens tokens, 128 by default.",
                "('Name three rivers.', 40)",
                arguments ->
                    new Task.Generate(
                        arguments.atMost(1).positive("max_tokens", DEFAULT_TOKENS),
                        Sampling.GREEDY)))
        .flatMap(List::stream)
        .toList();
  }

  private static Task translate(Arguments arguments) {
    return new Task.Translate(Languages.require(arguments.atMost(1).text("language")).code());
  }

  private static List<LlamaFunction> both(
      String task, String usage, String call, Function<Arguments, Task> reader) {
    String plain = "llama_" + task;
    String trying = "llama_try_" + task;
    return List.of(
        new LlamaFunction(
            plain, plain + usage, "SELECT " + plain + call + ";", Result.VALUE, reader),
        new LlamaFunction(
            trying,
            trying + usage + " Returns struct<value, error>; no row fails the query.",
            "SELECT " + trying + call + ".value;",
            Result.VALUE_AND_ERROR,
            reader));
  }
}
