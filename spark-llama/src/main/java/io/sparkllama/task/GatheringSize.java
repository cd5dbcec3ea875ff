package io.sparkllama.task;

/**
 * What a {@link Gathering} would ask. The first round is as it will be; of those after it, whose
 * texts are answers, the sizes are those of the longest answers. For one thread.
 */
public final class GatheringSize {

  private final Writing task;
  private final TaskOptions options;
  private final Question question;
  private final Room answers;
  private final Packing packing;
  private TaskSize size = TaskSize.NOTHING;

  GatheringSize(Writing task, TaskOptions options, Question question, Room texts, Room answers) {
    this.task = task;
    this.options = options;
    this.question = question;
    this.answers = answers;
    this.packing = Packing.ofTexts(texts);
  }

  /**
   * @throws io.sparkllama.errors.RequestException when no text fits
   */
  public void add(String text) {
    packing.add(text).forEach(this::count);
  }

  /** What all texts ask; no more may be added. */
  public TaskSize size() {
    packing.rest().forEach(this::count);
    return size.requests() > 1 ? size.plus(ofAnswers(size.requests())) : size;
  }

  private void count(String part) {
    int length = question.prompt(task, TaskInput.of(part)).length();
    size = size.plus(new TaskSize(1, length, Question.answerTokens(task, length, options)));
  }

  private TaskSize ofAnswers(long first) {
    Writing combining = task.combining();
    int frame = question.prompt(combining, TaskInput.of("")).length();
    int answer = Math.min(Question.answerTokens(task, frame, options), answers.halfTokens());
    int held = answer + answers.tokens(Packing.BETWEEN);
    long least = Math.max(2, answers.halfTokens() * 2L / held);
    TaskSize all = TaskSize.NOTHING;
    for (long parts = first; parts > 1; ) {
      long next = (parts + least - 1) / least;
      int longest = Math.toIntExact(frame + Math.min(parts, least) * held);
      int written = Question.answerTokens(combining, longest, options);
      all = all.plus(new TaskSize(next, next * frame + parts * held, next * written));
      parts = next;
    }
    return all;
  }
}
