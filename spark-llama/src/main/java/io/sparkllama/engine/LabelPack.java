package io.sparkllama.engine;

import io.sparkllama.runtime.TreePrefill;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;

/** Score requests whose prompts begin alike and end soon after, to be read in one pass. */
final class LabelPack {

  // Longer rows fill the processor alone, and packing costs more than it saves.
  private static final int LONGEST_ROW = 64;

  private final int capacity;
  private final int mostLogits;
  private final List<Job.Score> jobs = new ArrayList<>();
  private int start;
  private int tokens;
  private int logits;
  private int longest;

  /**
   * @param capacity positions of a slot
   * @param mostLogits rows of logits that a pass can give
   */
  LabelPack(Job.Score first, int capacity, int mostLogits) {
    this.capacity = capacity;
    this.mostLogits = mostLogits;
    include(first, first.prompt().length() - 1);
  }

  List<Job.Score> jobs() {
    return jobs;
  }

  Job.Score first() {
    return jobs.get(0);
  }

  /** Tokens from the start that all prompts have in common; each prompt has at least one more. */
  int start() {
    return start;
  }

  /** Takes a request in, unless the pass would grow too long. */
  boolean add(Job.Score job) {
    Tokens prompt = job.prompt();
    int common =
        Math.min(start, Math.min(first().prompt().commonPrefix(prompt), prompt.length() - 1));
    boolean joins =
        job.adapter().equals(first().adapter())
            && Math.max(longest, prompt.length()) - common <= LONGEST_ROW
            && fits(common, jobs.size() + 1, tokens + size(job), logits + logits(job));
    if (joins) {
      include(job, common);
    }
    return joins;
  }

  /** Whether the pass may read the end of the common start again for each prompt. */
  boolean mayStartAt(int earlier) {
    return fits(earlier, jobs.size(), tokens, logits);
  }

  private boolean fits(int common, int rows, int allTokens, int allLogits) {
    int tree = allTokens - rows * common;
    return common <= TreePrefill.MAX_PAST
        && tree <= TreePrefill.MAX_TOKENS
        && common + tree <= capacity
        && allLogits <= mostLogits;
  }

  private void include(Job.Score job, int common) {
    jobs.add(job);
    start = common;
    tokens += size(job);
    logits += logits(job);
    longest = Math.max(longest, job.prompt().length());
  }

  /** Tokens of a prompt and its labels; nothing comes after a label's last token. */
  private static int size(Job.Score job) {
    return job.prompt().length() + logits(job) - 1;
  }

  private static int logits(Job.Score job) {
    return 1 + job.request().labels().stream().mapToInt(label -> label.length() - 1).sum();
  }
}
