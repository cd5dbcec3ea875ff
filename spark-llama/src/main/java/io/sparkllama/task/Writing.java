package io.sparkllama.task;

import java.util.List;
import java.util.Map;

/** An answer in the model's own words, freed of what models put around it. */
public sealed interface Writing extends Task {

  /** Most tokens of an answer to a prompt of some tokens, where the caller says nothing else. */
  int answerTokens(int promptTokens);

  /**
   * Reads what the model wrote.
   *
   * @param answers one, or those to the parts of a divided text, in order
   * @param input the whole of it
   */
  default Value read(List<String> answers, TaskInput input) {
    return new Value.Text(TextAnswers.joined(answers, input));
  }

  /** Whether the answers to the parts of a text are a text to be answered again. */
  default boolean condenses() {
    return false;
  }

  /** The answer to a text without a character that shows. */
  default Value blank() {
    return new Value.Text("");
  }

  /**
   * A summary.
   *
   * @param maxWords words that the prompt allows, at least 1
   */
  record Summarize(int maxWords) implements Writing {
    @Override
    public String name() {
      return "summarize";
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of("max_words", Integer.toString(maxWords));
    }

    @Override
    public boolean condenses() {
      return true;
    }

    /** A word is one to two tokens in the languages of Llama 3. */
    @Override
    public int answerTokens(int promptTokens) {
      return 2 * maxWords + 16;
    }
  }

  /** A summary of a length that the model chooses. */
  record SummarizeFreely() implements Writing {

    private static final int ANSWER_TOKENS = 256;

    @Override
    public String name() {
      return "summarize_freely";
    }

    @Override
    public boolean condenses() {
      return true;
    }

    @Override
    public int answerTokens(int promptTokens) {
      return ANSWER_TOKENS;
    }
  }

  /**
   * A translation.
   *
   * @param language ISO 639-1 code or English name of the target language
   */
  record Translate(String language) implements Writing {
    @Override
    public String name() {
      return "translate";
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of("language", Languages.require(language).name());
    }

    /** A translation grows by at most half. */
    @Override
    public int answerTokens(int promptTokens) {
      return promptTokens + promptTokens / 2 + 16;
    }
  }

  /** A free answer to the text as a user message, or to a conversation. */
  record Generate() implements Writing {

    private static final int ANSWER_TOKENS = 128;

    @Override
    public String name() {
      return "generate";
    }

    @Override
    public boolean divisible() {
      return false;
    }

    @Override
    public int answerTokens(int promptTokens) {
      return ANSWER_TOKENS;
    }

    /** As it was written. */
    @Override
    public Value read(List<String> answers, TaskInput input) {
      return new Value.Text(String.join(" ", answers));
    }
  }

  /** The same text without mistakes of spelling and grammar. */
  record FixGrammar() implements Writing {
    @Override
    public String name() {
      return "fix_grammar";
    }

    @Override
    public int answerTokens(int promptTokens) {
      return promptTokens + promptTokens / 4 + 16;
    }
  }

  /**
   * The text with what it mentions of some kinds replaced by {@code [MASKED]}, and not otherwise
   * changed: the model lists the mentions, and those that stand in the text are replaced.
   *
   * @param labels kinds of mentions, such as person
   */
  record Mask(List<String> labels) implements Writing {
    public Mask {
      labels = List.copyOf(labels);
    }

    @Override
    public String name() {
      return "mask";
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of("labels", Wording.alternatives(labels));
    }

    @Override
    public int answerTokens(int promptTokens) {
      return promptTokens + 16;
    }

    @Override
    public Value read(List<String> answers, TaskInput input) {
      return new Value.Text(Mentions.masked(TextAnswers.text(input), answers));
    }
  }

  /** What a text praises or blames; the answer is a {@link Value.Aspects}. */
  record AspectOpinions() implements Writing {

    private static final int ANSWER_TOKENS = 160;

    @Override
    public String name() {
      return "aspect_sentiment";
    }

    @Override
    public int answerTokens(int promptTokens) {
      return ANSWER_TOKENS;
    }

    @Override
    public Value read(List<String> answers, TaskInput input) {
      return new Value.Aspects(AspectLines.read(answers));
    }

    @Override
    public Value blank() {
      return new Value.Aspects(List.of());
    }
  }

  /**
   * Something about source code.
   *
   * @param action what is to be done with it
   */
  record Code(CodeAction action) implements Writing {

    @Override
    public String name() {
      return "code_" + action.word();
    }

    @Override
    public boolean divisible() {
      return false;
    }

    @Override
    public int answerTokens(int promptTokens) {
      return action.answerTokens(promptTokens);
    }

    @Override
    public Value read(List<String> answers, TaskInput input) {
      String answer = String.join("\n", answers);
      return new Value.Text(
          switch (action) {
            case EXPLAIN -> TextAnswers.joined(answers, input);
            case COMPLETE -> Fences.continuation(answer, TextAnswers.text(input));
            case FIX, DOCUMENT -> Fences.code(answer);
          });
    }
  }
}
