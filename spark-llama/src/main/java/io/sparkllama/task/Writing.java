package io.sparkllama.task;

import io.sparkllama.constraint.Constraint;
import java.util.List;
import java.util.Optional;

/** An answer in the model's own words, freed of what models put around it. */
public sealed interface Writing extends Task
    permits Summarize,
        SummarizeFreely,
        Translate,
        FixGrammar,
        Mask,
        AspectOpinions,
        Code,
        Instruct,
        Combine,
        Verbatim {

  @Override
  default boolean generates() {
    return true;
  }

  /** Most tokens of an answer to a prompt of some tokens, where the caller says nothing else. */
  int answerTokens(int promptTokens);

  /** What the model is shown of an input. */
  default TaskInput reading(TaskInput input) {
    return input;
  }

  /**
   * Reads what the model wrote.
   *
   * @param answers one, or those to the parts of a divided text, in order
   * @param input the whole of what it was shown
   */
  default Value read(List<String> answers, TaskInput input) {
    return new Value.Text(TextAnswers.joined(answers, input));
  }

  /** What every answer looks like, whatever the model would rather write. */
  default Optional<Constraint> constraint() {
    return Optional.empty();
  }

  /** Texts that end an answer, unless the text that is asked about holds them. */
  default List<String> endings() {
    return Chatter.ENDINGS;
  }

  /** Whether the answers to the parts of a text are a text to be answered again. */
  default boolean condenses() {
    return false;
  }

  /** What is asked about the answers to parts of many texts, until one answer is left. */
  default Writing combining() {
    return this;
  }

  /** The answer to a text without a character that shows; empty where there can be none. */
  default Optional<Value> blank() {
    return Optional.of(new Value.Text(""));
  }
}
