package io.sparkllama.task;

import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/** Prompts that fit a slot: one for an input that does, else what the options say. */
final class PromptParts {

  private final Question question;
  private final TextParts texts;

  PromptParts(LlamaTokenizer tokenizer, Question question) {
    this.question = question;
    this.texts = new TextParts(tokenizer);
  }

  /**
   * @throws RequestException when the input does not fit and must not be cut or divided
   */
  List<Tokens> of(Task task, TaskInput input, TaskOptions options) {
    Tokens prompt = question.prompt(task, input);
    if (question.fits(task, prompt, options)) {
      return List.of(prompt);
    }
    if (options.longText() == LongText.ERROR || !(input instanceof TaskInput.Text text)) {
      throw question.tooLong(task, prompt, options);
    }
    return options.longText() == LongText.TRUNCATE
        ? List.of(truncated(task, text.text(), options))
        : divided(task, text.text(), options);
  }

  /** Encoding the cut text again can take a token more, so the cut moves until it fits. */
  private Tokens truncated(Task task, String text, TaskOptions options) {
    int room = question.roomForText(task, options);
    Tokens prompt = question.prompt(task, TaskInput.of(texts.start(text, room)));
    while (!question.fits(task, prompt, options)) {
      room--;
      prompt = question.prompt(task, TaskInput.of(texts.start(text, room)));
    }
    return prompt;
  }

  private List<Tokens> divided(Task task, String text, TaskOptions options) {
    if (!task.divisible()) {
      throw new RequestException(
          "Cannot answer %s in parts: map_reduce is for texts, expected error or truncate. Change what happens to long texts."
              .formatted(task.name()));
    }
    // Parts that are joined encode a little differently than alone.
    int most = question.roomForText(task, options) * 9 / 10;
    return texts.split(text, most).stream().map(part -> fitting(task, part, options)).toList();
  }

  private Tokens fitting(Task task, String part, TaskOptions options) {
    Tokens prompt = question.prompt(task, TaskInput.of(part));
    return question.fits(task, prompt, options) ? prompt : truncated(task, part, options);
  }
}
