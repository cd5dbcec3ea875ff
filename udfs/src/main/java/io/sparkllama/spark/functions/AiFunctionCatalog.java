package io.sparkllama.spark.functions;

import static io.sparkllama.spark.functions.Parameter.required;

import io.sparkllama.task.FixGrammar;
import io.sparkllama.task.Generate;
import io.sparkllama.task.Polarity;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.Summarize;
import io.sparkllama.task.SummarizeFreely;
import io.sparkllama.task.Task;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Functions with the names, arguments and results that Databricks documents. They take the options
 * of the others too.
 */
public final class AiFunctionCatalog {

  private static final Parameter CONTENT = required("content", "a text");
  private static final Parameter MAX_WORDS =
      Parameter.optional("max_words", "words of the summary, 50 by default; 0 for no limit");

  private AiFunctionCatalog() {}

  public static List<LlamaFunction> all() {
    return List.of(
        function(
            "ai_analyze_sentiment",
            "Whether a text is positive, negative, neutral or mixed.",
            "('I love this phone.')",
            Option.OF_CHOICE,
            call -> new Asked(new Sentiment(Polarity.FOUR), new AnswerType.Label())),
        function(
            "ai_classify",
            "The label that fits a text best.",
            "('My password is leaked.', array('urgent', 'not urgent'))",
            Option.OF_CHOICE,
            call -> Classification.read(call, Classification.Detail.LABELS),
            Classification.LABELS),
        function(
            "ai_extract",
            "What a text mentions of each kind, as a struct of texts.",
            "('Ann lives in Paris.', array('person', 'city'))",
            Option.OF_JSON,
            call -> new ExtractArgument(call, "labels").read(),
            required("labels", "an array of kinds of things, or what llama_extract takes")),
        function(
            "ai_fix_grammar",
            "The text without mistakes of spelling and grammar.",
            "('This sentence have some mistake.')",
            Option.OF_TEXTS,
            call -> LlamaFunctionCatalog.text(new FixGrammar())),
        function(
            "ai_mask",
            "The text with what it mentions of some kinds replaced by [MASKED].",
            "('Ann lives in Paris.', array('person', 'city'))",
            Option.OF_WRITING,
            MaskArguments::read,
            MaskArguments.LABELS,
            MaskArguments.REGION),
        function(
            "ai_summarize",
            "A summary of a text.",
            "('A long text.', 20)",
            Option.OF_TEXTS,
            call -> LlamaFunctionCatalog.text(summary(call)),
            MAX_WORDS),
        function(
            "ai_translate",
            "A translation of a text.",
            "('Good morning.', 'fr')",
            Option.OF_TEXTS,
            call -> LlamaFunctionCatalog.translation(call, "to_lang"),
            required("to_lang", "an ISO 639-1 code or an English name")),
        FunctionDraft.over(required("prompt", "a prompt"), Option.OF_TEXTS)
            .asking(
                "The model's answer to a prompt.",
                call -> LlamaFunctionCatalog.text(new Generate()))
            .named("ai_gen", ResultForm.VALUE, "SELECT ai_gen('Name three rivers.');"),
        AiQuery.function());
  }

  private static Task summary(Arguments call) {
    int words =
        call.number(MAX_WORDS.name(), 0, Integer.MAX_VALUE, "a whole number of at least 0")
            .map(Double::intValue)
            .orElse(LlamaFunctionCatalog.DEFAULT_WORDS);
    return words == 0 ? new SummarizeFreely() : new Summarize(words);
  }

  private static LlamaFunction function(
      String name,
      String meaning,
      String call,
      Set<Option> options,
      Function<Arguments, Asked> reader,
      Parameter... others) {
    return FunctionDraft.over(CONTENT, options, others)
        .taking(EnumSet.of(InputKind.TEXT))
        .asking(meaning, reader)
        .named(name, ResultForm.VALUE, "SELECT " + name + call + ";");
  }
}
