package io.sparkllama.engine;

import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests whose prompts one pass reads side by side, from their first tokens on and padded to the
 * longest. A prompt whose beginning some slot holds could be read from there, but only alone: it
 * joins where that would take longer.
 */
final class PromptBatch {

  /**
   * Tokens up to which a pass takes about as long as for one: it reads all weights and starts all
   * kernels in any case. A GPU's arithmetic catches up with its memory at 150 to 300 tokens, and
   * with the start of the kernels of a small model at some 500; not measured.
   */
  static final int LEAST_TOKENS = 512;

  private final int mostTokens;
  private final List<Job> jobs = new ArrayList<>();
  private int longest;
  private int time;

  /**
   * @param held tokens of the request's prompt that some slot holds
   * @param mostTokens tokens that a pass may read, padding included
   */
  PromptBatch(Job first, int held, int mostTokens) {
    this.mostTokens = mostTokens;
    this.time = time(first.prompt().length() - held);
    jobs.add(first);
    longest = first.prompt().length();
  }

  List<Job> jobs() {
    return List.copyOf(jobs);
  }

  List<Tokens> prompts() {
    return jobs.stream().map(Job::prompt).toList();
  }

  Optional<Path> adapter() {
    return jobs.get(0).adapter();
  }

  int size() {
    return jobs.size();
  }

  /**
   * Takes a request in if that takes no longer than reading it alone.
   *
   * @param held tokens of its prompt that some slot holds
   * @return whether it has joined
   */
  boolean join(Job job, int held) {
    int length = job.prompt().length();
    int padded = (jobs.size() + 1) * Math.max(longest, length);
    boolean joins =
        padded <= mostTokens
            && job.adapter().equals(adapter())
            && time(padded) <= time + time(length - held);
    if (joins) {
      jobs.add(job);
      longest = Math.max(longest, length);
      time = time(padded);
    }
    return joins;
  }

  private static int time(int tokens) {
    return Math.max(LEAST_TOKENS, tokens);
  }
}
