package io.sparkllama.task;

import io.sparkllama.engine.Sampling;
import java.io.Serializable;

/** What is asked of the model about one text. */
public sealed interface Task extends Serializable {

  /** Name in prompts, commands and messages. */
  String name();

  /** One of {@code positive}, {@code negative}, {@code neutral}, scored from the logits. */
  record Sentiment() implements Task {
    @Override
    public String name() {
      return "sentiment";
    }
  }

  /**
   * A summary.
   *
   * @param maxWords words that the prompt allows, at least 1
   */
  record Summarize(int maxWords) implements Task {
    @Override
    public String name() {
      return "summarize";
    }
  }

  /**
   * A translation.
   *
   * @param language ISO 639-1 code or English name of the target language
   */
  record Translate(String language) implements Task {
    @Override
    public String name() {
      return "translate";
    }
  }

  /**
   * A free answer to the text as a user message.
   *
   * @param maxTokens most tokens of the answer, at least 1
   * @param sampling how each token is chosen
   */
  record Generate(int maxTokens, Sampling sampling) implements Task {
    @Override
    public String name() {
      return "generate";
    }
  }
}
