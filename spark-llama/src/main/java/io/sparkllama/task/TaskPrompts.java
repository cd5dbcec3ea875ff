package io.sparkllama.task;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;

/** The prompts that tasks put to a model, token by token, for who trains it to answer them. */
public final class TaskPrompts {

  private final LlamaTokenizer tokenizer;
  private final Prompts prompts;

  /**
   * Prompts of a package, its own ones included.
   *
   * @param tokenizer that of the package
   */
  public TaskPrompts(ModelPackage model, LlamaTokenizer tokenizer, PromptOrder order) {
    this.tokenizer = tokenizer;
    this.prompts = new Prompts(model.prompts(), order);
  }

  /**
   * Ids up to where the answer begins.
   *
   * @throws RequestException when the package does not tell how conversations are laid out
   */
  public Tokens of(Task task, TaskInput input) {
    return tokenizer.encodeChat(prompts.messages(task, input));
  }

  /** Prompts whose scores are taken out of a choice's; none where it is not calibrated. */
  public List<Tokens> leaning(Choice task) {
    return task.calibration() == 0
        ? List.of()
        : Leaning.WITHOUT_CONTENT.stream().map(text -> of(task, TaskInput.of(text))).toList();
  }
}
