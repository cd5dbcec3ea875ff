package io.sparkllama.spark.functions;

import static io.sparkllama.spark.functions.Parameter.optional;
import static io.sparkllama.spark.functions.Parameter.required;

import io.sparkllama.task.Languages;
import io.sparkllama.task.Summarize;
import io.sparkllama.task.Task;
import io.sparkllama.task.Translate;
import java.util.List;
import java.util.stream.Stream;

/** The functions whose names begin with {@code llama_}. */
public final class LlamaFunctionCatalog {

  static final int DEFAULT_WORDS = 50;

  static final Parameter TEXT = required("text", "a text");

  static final Parameter MAX_WORDS =
      optional("max_words", "most words of the summary, 50 by default");

  private LlamaFunctionCatalog() {}

  /** All, each as {@code llama_...} and {@code llama_try_...}. */
  public static List<LlamaFunction> all() {
    return Stream.concat(overRows().stream(), GroupFunctions.groups().stream()).toList();
  }

  /** Those that answer about one row. */
  public static List<LlamaFunction> overRows() {
    return Stream.of(
            ChoiceFunctions.choices(),
            ChoiceFunctions.classifications(),
            WritingFunctions.writings(),
            PromptFunctions.prompts())
        .flatMap(List::stream)
        .toList();
  }

  static Asked text(Task task) {
    return new Asked(task, new AnswerType.Text());
  }

  static Asked summary(Arguments call) {
    return text(new Summarize(call.positive(MAX_WORDS.name()).orElse(DEFAULT_WORDS)));
  }

  static Asked translation(Arguments call, String parameter) {
    String language = call.text(parameter).orElseThrow();
    return text(new Translate(Languages.require(language).code()));
  }

  static List<LlamaFunction> both(String task, FunctionDraft draft, String call) {
    String plain = "llama_" + task;
    String trying = "llama_try_" + task;
    return List.of(
        draft.named(plain, ResultForm.VALUE, "SELECT " + plain + call + ";"),
        draft.named(trying, ResultForm.VALUE_AND_ERROR, "SELECT " + trying + call + ".value;"));
  }
}
