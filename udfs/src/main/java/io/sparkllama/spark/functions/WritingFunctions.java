package io.sparkllama.spark.functions;

import static io.sparkllama.spark.functions.Parameter.required;

import io.sparkllama.task.AspectOpinions;
import io.sparkllama.task.Code;
import io.sparkllama.task.CodeAction;
import io.sparkllama.task.FixGrammar;
import io.sparkllama.task.TokenCount;
import java.util.List;
import java.util.stream.Stream;

/** Functions that write about a text, or count it. */
final class WritingFunctions {

  private WritingFunctions() {}

  static List<LlamaFunction> writings() {
    return Stream.of(
            LlamaFunctionCatalog.both(
                "summarize",
                text(LlamaFunctionCatalog.MAX_WORDS)
                    .asking("A summary of a text.", LlamaFunctionCatalog::summary),
                "('A long text.', 20)"),
            LlamaFunctionCatalog.both(
                "translate",
                text(required("language", "an ISO 639-1 code or an English name"))
                    .asking(
                        "A translation of a text.",
                        call -> LlamaFunctionCatalog.translation(call, "language")),
                "('Good morning.', 'fr')"),
            LlamaFunctionCatalog.both(
                "fix_grammar",
                text()
                    .asking(
                        "The text without mistakes of spelling and grammar.",
                        call -> LlamaFunctionCatalog.text(new FixGrammar())),
                "('She go to school yesterday.')"),
            LlamaFunctionCatalog.both(
                "mask",
                writing(MaskArguments.LABELS, MaskArguments.REGION)
                    .asking(
                        "The text with what it mentions of some kinds replaced by [MASKED]. E-mail"
                            + " addresses, phone numbers, card numbers, IBANs and IP addresses are"
                            + " found by rules, the rest by the model.",
                        MaskArguments::read),
                "('Ann lives in Paris: ann@example.org.', array('person', 'email'))"),
            LlamaFunctionCatalog.both(
                "extract",
                FunctionDraft.over(
                        LlamaFunctionCatalog.TEXT,
                        Option.OF_JSON,
                        required(
                            "schema",
                            "an array of labels, columns such as 'name STRING, age INT', or a JSON"
                                + " schema of an object"))
                    .asking(
                        "What a text says of some fields, as a struct of exactly their types.",
                        call -> new ExtractArgument(call, "schema").read()),
                "('Ann is 31 and lives in Paris.', 'name STRING, age INT')"),
            LlamaFunctionCatalog.both(
                "aspect_sentiment",
                writing()
                    .asking(
                        "What a text praises or blames, as array<struct<aspect, sentiment>>.",
                        call -> new Asked(new AspectOpinions(), new AnswerType.Aspects())),
                "('The screen is sharp but the battery dies.')"),
            LlamaFunctionCatalog.both(
                "code",
                text(required("action", "'complete', 'explain', 'fix' or 'document'"))
                    .asking(
                        "Source code continued, explained, fixed or commented.",
                        call ->
                            LlamaFunctionCatalog.text(
                                new Code(call.one("action", CodeAction.class).orElseThrow()))),
                "('def twice(x): return x', 'fix')"),
            LlamaFunctionCatalog.both(
                "count_tokens",
                FunctionDraft.over(LlamaFunctionCatalog.TEXT, Option.OF_COUNT)
                    .asking(
                        "The number of tokens of a text; the model is not run.",
                        call -> new Asked(new TokenCount(), new AnswerType.Count())),
                "('Good morning.')"))
        .flatMap(List::stream)
        .toList();
  }

  /** Whose answer is a text that can be moderated. */
  private static FunctionDraft text(Parameter... others) {
    return FunctionDraft.over(LlamaFunctionCatalog.TEXT, Option.OF_TEXTS, others);
  }

  private static FunctionDraft writing(Parameter... others) {
    return FunctionDraft.over(LlamaFunctionCatalog.TEXT, Option.OF_WRITING, others);
  }
}
