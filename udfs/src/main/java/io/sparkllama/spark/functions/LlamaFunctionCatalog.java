package io.sparkllama.spark.functions;

import static io.sparkllama.spark.functions.Parameter.optional;
import static io.sparkllama.spark.functions.Parameter.required;

import io.sparkllama.task.AspectOpinions;
import io.sparkllama.task.Code;
import io.sparkllama.task.CodeAction;
import io.sparkllama.task.DetectLanguage;
import io.sparkllama.task.Emotion;
import io.sparkllama.task.Filter;
import io.sparkllama.task.FixGrammar;
import io.sparkllama.task.Generate;
import io.sparkllama.task.Languages;
import io.sparkllama.task.Mask;
import io.sparkllama.task.Polarity;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.Summarize;
import io.sparkllama.task.Task;
import io.sparkllama.task.TokenCount;
import io.sparkllama.task.Translate;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/** The functions whose names begin with {@code llama_}. */
public final class LlamaFunctionCatalog {

  static final int DEFAULT_WORDS = 50;

  private static final Parameter TEXT = required("text", "a text");
  private static final Parameter MAX_TOKENS =
      optional("max_tokens", "most tokens of the answer, 128 by default");

  private LlamaFunctionCatalog() {}

  /** All, each as {@code llama_...} and {@code llama_try_...}. */
  public static List<LlamaFunction> all() {
    return Stream.of(choices(), classifications(), writings(), prompts())
        .flatMap(List::stream)
        .toList();
  }

  private static List<LlamaFunction> choices() {
    FunctionDraft choice = FunctionDraft.over(TEXT, Option.OF_CHOICE);
    return Stream.of(
            both(
                "sentiment",
                choice.asking(
                    "Whether a text is positive, negative or neutral.",
                    call -> new Asked(new Sentiment(), new AnswerType.Label())),
                "('I love this phone.')"),
            both(
                "sentiment_scores",
                choice.asking(
                    "The probability of each sentiment, as struct<positive, negative, neutral>.",
                    call ->
                        new Asked(new Sentiment(), new AnswerType.Fields(Polarity.THREE.labels()))),
                "('I love this phone.')"),
            both(
                "emotions",
                choice.asking(
                    "The probability of each of "
                        + String.join(", ", Emotion.LABELS)
                        + ", as a map.",
                    call -> new Asked(new Emotion(), new AnswerType.Map())),
                "('I am so happy for you!')"),
            both(
                "detect_language",
                choice.asking(
                    "The language of a text as ISO 639-1 code; NULL for a blank one.",
                    call -> new Asked(new DetectLanguage(), new AnswerType.Label())),
                "('Guten Morgen.')"),
            both(
                "filter",
                FunctionDraft.over(
                        TEXT,
                        Option.OF_CHOICE,
                        required("condition", "a statement that is true or false of a text"))
                    .asking(
                        "Whether a condition is true of a text.",
                        call ->
                            new Asked(
                                new Filter(call.text("condition").orElseThrow()),
                                new AnswerType.Truth())),
                "('The soup was cold.', 'It is about food.')"))
        .flatMap(List::stream)
        .toList();
  }

  private static List<LlamaFunction> classifications() {
    FunctionDraft classify =
        FunctionDraft.over(
            TEXT,
            Option.OF_CHOICE,
            Classification.LABELS,
            Classification.MULTI,
            Classification.THRESHOLD);
    return Stream.of(
            both(
                "classify",
                classify.asking(
                    "The label that fits a text best; with multi => true an array of all that fit.",
                    call -> Classification.read(call, Classification.Detail.LABELS)),
                "('The match ended in a draw.', array('sport', 'politics', 'weather'))"),
            both(
                "classify_scores",
                classify.asking(
                    "The same with calibrated probabilities, as struct<label, probability, scores>;"
                        + " with multi => true struct<labels, scores>.",
                    call -> Classification.read(call, Classification.Detail.SCORES)),
                "('The match ended in a draw.', map('sport', 'games', 'politics', 'elections'))"))
        .flatMap(List::stream)
        .toList();
  }

  private static List<LlamaFunction> writings() {
    return Stream.of(
            both(
                "summarize",
                writing(optional("max_words", "most words of the summary, 50 by default"))
                    .asking(
                        "A summary of a text.",
                        call ->
                            text(new Summarize(call.positive("max_words").orElse(DEFAULT_WORDS)))),
                "('A long text.', 20)"),
            both(
                "translate",
                writing(required("language", "an ISO 639-1 code or an English name"))
                    .asking("A translation of a text.", call -> translation(call, "language")),
                "('Good morning.', 'fr')"),
            both(
                "fix_grammar",
                writing()
                    .asking(
                        "The text without mistakes of spelling and grammar.",
                        call -> text(new FixGrammar())),
                "('She go to school yesterday.')"),
            both(
                "mask",
                writing(required("labels", "an array of kinds of things to mask"))
                    .asking(
                        "The text with what it mentions of some kinds replaced by [MASKED].",
                        LlamaFunctionCatalog::mask),
                "('Ann lives in Paris.', array('person', 'city'))"),
            both(
                "extract",
                FunctionDraft.over(
                        TEXT,
                        Option.OF_JSON,
                        required(
                            "schema",
                            "an array of labels, columns such as 'name STRING, age INT', or a JSON"
                                + " schema of an object"))
                    .asking(
                        "What a text says of some fields, as a struct of exactly their types.",
                        call -> new ExtractArgument(call, "schema").read()),
                "('Ann is 31 and lives in Paris.', 'name STRING, age INT')"),
            both(
                "aspect_sentiment",
                writing()
                    .asking(
                        "What a text praises or blames, as array<struct<aspect, sentiment>>.",
                        call -> new Asked(new AspectOpinions(), new AnswerType.Aspects())),
                "('The screen is sharp but the battery dies.')"),
            both(
                "code",
                writing(required("action", "'complete', 'explain', 'fix' or 'document'"))
                    .asking(
                        "Source code continued, explained, fixed or commented.",
                        call -> text(new Code(call.one("action", CodeAction.class).orElseThrow()))),
                "('def twice(x): return x', 'fix')"),
            both(
                "count_tokens",
                FunctionDraft.over(TEXT, Option.OF_COUNT)
                    .asking(
                        "The number of tokens of a text; the model is not run.",
                        call -> new Asked(new TokenCount(), new AnswerType.Count())),
                "('Good morning.')"))
        .flatMap(List::stream)
        .toList();
  }

  private static List<LlamaFunction> prompts() {
    FunctionDraft generate =
        FunctionDraft.over(required("prompt", "a prompt"), Option.OF_WRITING, MAX_TOKENS)
            .asking("The model's answer to a prompt.", call -> text(new Generate()));
    FunctionDraft chat =
        FunctionDraft.over(
                required("messages", "an array<struct<role, content>>"),
                Option.OF_WRITING,
                MAX_TOKENS)
            .taking(EnumSet.of(InputKind.MESSAGES))
            .asking(
                "The next turn of a conversation, whose roles are system, user and assistant.",
                call -> text(new Generate()));
    FunctionDraft query =
        generate
            .taking(EnumSet.allOf(InputKind.class))
            .asking(
                "The model's answer to a prompt or a conversation, as struct<text, finish_reason,"
                    + " prompt_tokens, generated_tokens, error>; no row fails the query.",
                call -> text(new Generate()));
    return Stream.of(
            both("generate", generate, "('Name three rivers.', 40)"),
            both(
                "chat",
                chat,
                "(array(named_struct('role', 'user', 'content', 'Name three rivers.')))"),
            List.of(
                query.named(
                    "llama_query",
                    ResultForm.QUERY,
                    "SELECT llama_query('Name three rivers.', max_tokens => 40);")))
        .flatMap(List::stream)
        .toList();
  }

  private static FunctionDraft writing(Parameter... others) {
    return FunctionDraft.over(TEXT, Option.OF_WRITING, others);
  }

  static Asked text(Task task) {
    return new Asked(task, new AnswerType.Text());
  }

  static Asked translation(Arguments call, String parameter) {
    String language = call.text(parameter).orElseThrow();
    return text(new Translate(Languages.require(language).code()));
  }

  static Asked mask(Arguments call) {
    return text(
        new Mask(
            new LabelArgument(call, "labels")
                .read(1).stream().map(label -> label.name()).toList()));
  }

  private static List<LlamaFunction> both(String task, FunctionDraft draft, String call) {
    String plain = "llama_" + task;
    String trying = "llama_try_" + task;
    return List.of(
        draft.named(plain, ResultForm.VALUE, "SELECT " + plain + call + ";"),
        draft.named(trying, ResultForm.VALUE_AND_ERROR, "SELECT " + trying + call + ".value;"));
  }
}
