package io.sparkllama.task;

import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/** Turns a task and a text into a prompt, and knows whether both prompt and answer fit a slot. */
final class Question {

  private static final int LEAST_PART = 16;

  private final LlamaEngine engine;
  private final Prompts prompts;

  Question(LlamaEngine engine, PromptOrder order) {
    this.engine = engine;
    this.prompts = new Prompts(engine.model().prompts(), order);
  }

  Tokens prompt(Task task, String text) {
    return engine.tokenizer().encodeChat(prompts.messages(task, text));
  }

  GenerationRequest request(Task task, Tokens prompt) {
    Sampling sampling =
        task instanceof Task.Generate generate ? generate.sampling() : Sampling.GREEDY;
    return new GenerationRequest(prompt, answerTokens(task, prompt.length()), sampling, List.of());
  }

  boolean fits(Task task, Tokens prompt) {
    return prompt.length() + answerTokens(task, prompt.length()) <= engine.capacity();
  }

  /** Tokens that a text may have for its prompt and answer to fit. */
  int roomForText(Task task) {
    int frame = prompt(task, "").length();
    int room = engine.capacity() - frame;
    while (room >= LEAST_PART
        && frame + room + answerTokens(task, frame + room) > engine.capacity()) {
      room--;
    }
    if (room < LEAST_PART) {
      throw new RequestException(
          "Cannot fit the task %s: its instruction and answer take %d tokens, found slots of %d. Raise the capacity of the slots."
              .formatted(task.name(), frame + answerTokens(task, frame), engine.capacity()));
    }
    return room;
  }

  RequestException tooLong(Task task, Tokens prompt) {
    return new RequestException(
        "Cannot fit the text: found %d prompt tokens and up to %d for the answer, expected at most %d together. Shorten the text, raise the capacity of the slots, or choose truncate or map_reduce for long texts."
            .formatted(prompt.length(), answerTokens(task, prompt.length()), engine.capacity()));
  }

  /**
   * A word is one to two tokens in the languages of Llama 3; a translation grows by at most half.
   */
  private int answerTokens(Task task, int promptTokens) {
    if (task instanceof Task.Summarize summarize) {
      return 2 * summarize.maxWords() + 16;
    }
    if (task instanceof Task.Generate generate) {
      return generate.maxTokens();
    }
    return task instanceof Task.Translate ? promptTokens + promptTokens / 2 + 16 : 8;
  }
}
