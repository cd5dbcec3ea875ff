package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.runtime.PackedPrefill;
import io.sparkllama.runtime.Reading;
import io.sparkllama.tokenizer.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the prompts of requests that wait together: short ones alone leave a processor idle. */
final class PackedAdmission {

  private final PackedPrefill prefill;
  private final Prefill chunks;
  private final SlotTable slots;
  private final int mostTokens;
  private final int mostLogits;
  private final AnswerEnd end;
  private final Counters counters;

  /**
   * @param mostTokens tokens that a pass may read
   * @param mostLogits rows of logits that a pass can give
   */
  PackedAdmission(
      PackedPrefill prefill,
      Prefill chunks,
      SlotTable slots,
      int mostTokens,
      int mostLogits,
      AnswerEnd end,
      Counters counters) {
    this.prefill = prefill;
    this.chunks = chunks;
    this.slots = slots;
    this.mostTokens = mostTokens;
    this.mostLogits = mostLogits;
    this.end = end;
    this.counters = counters;
  }

  /**
   * Whether a request is read here; labels of many tokens are rather scored one after the other.
   */
  static boolean takes(Job job) {
    return Tokens.count(job.rests()) <= PackedPrefill.MOST_BRANCH_TOKENS;
  }

  /** The rows that can take part in a pass that reads a request's prompt. */
  Riders riders(Job job) {
    return Riders.of(slots.all(), job.adapter(), mostTokens);
  }

  /**
   * Reads of a long prompt what goes beyond a pass.
   *
   * @param riders rows that the pass has to have room for
   * @return tokens of the prompt that some slot held
   * @throws java.util.concurrent.CancellationException when the answer is not wanted any more
   */
  int readStart(Job job, Slot slot, Riders riders) {
    Tokens prompt = job.prompt();
    int held = chunks.reuse(slot, job, prompt.length() - 1);
    int room = mostTokens - riders.tokens() - Tokens.count(job.rests());
    int start = prompt.length() - room;
    if (start > held) {
      chunks.read(slot, prompt.slice(0, start), held, job::over);
    }
    return held;
  }

  /**
   * A request with those next in the queue that one pass can read.
   *
   * @param slot holds the first tokens of the request's prompt
   * @param reused how many of them were not read for it
   * @param riders rows that the pass has to have room for
   */
  PromptPack gather(Job first, Slot slot, int reused, Riders riders, JobQueue queue) {
    PromptPack pack = new PromptPack(mostTokens - riders.tokens(), mostLogits - riders.tokens());
    pack.add(first, slot, reused);
    boolean more = true;
    while (more) {
      more = queue.takeIf(next -> next.over() || join(pack, next));
    }
    return pack;
  }

  private boolean join(PromptPack pack, Job job) {
    Optional<Slot> free =
        slots.all().stream().filter(slot -> slot.free() && !pack.holds(slot)).findFirst();
    Tokens wanted = job.prompt().slice(0, job.prompt().length() - 1);
    if (free.isEmpty() || !takes(job) || !pack.accepts(job, slots.held(wanted, job.adapter()))) {
      return false;
    }
    pack.add(job, free.get(), slots.reuse(free.get(), wanted, job.adapter()));
    return true;
  }

  /**
   * Reads the prompts; scores are answered, answers begin or go on. A bad answer fails alone.
   *
   * @param riders rows that are in none of the pack's slots
   */
  void read(PromptPack pack, Riders riders) {
    Logits logits = run(pack, riders);
    riders.take(logits, counters);
    int row = riders.tokens();
    for (PromptPack.Entry entry : pack.entries()) {
      counters.request();
      counters.prompt(entry.job().prompt().length(), entry.reused());
      entry.slot().append(entry.reading().tokens());
      try {
        answer(entry, logits, row);
      } catch (RuntimeException e) {
        Failures.end(entry.slot(), entry.job(), e);
      }
      row += entry.reading().logitsRows();
    }
  }

  /** The time is shared by the tokens. */
  private Logits run(PromptPack pack, Riders riders) {
    List<Reading> readings =
        Stream.concat(riders.readings().stream(), pack.readings().stream()).toList();
    long start = System.nanoTime();
    Logits logits = prefill.read(readings);
    long time = System.nanoTime() - start;
    long ridden = time * riders.tokens() / readings.stream().mapToInt(Reading::size).sum();
    counters.decodeTime(ridden);
    counters.prefillTime(time - ridden);
    return logits;
  }

  private void answer(PromptPack.Entry entry, Logits logits, int row) {
    if (entry.job() instanceof Job.Score score) {
      score.future().complete(scores(entry, score, logits, row));
    } else if (entry.job() instanceof Job.Generate generate) {
      entry.slot().assign(new Row(generate, entry.reused(), end));
      counters.generated();
      entry.slot().take(logits, row);
    }
  }

  /**
   * @param row the logits after the prompt; those of the labels' tokens follow
   */
  private static LabelScores scores(PromptPack.Entry entry, Job.Score job, Logits logits, int row) {
    List<Tokens> labels = job.request().labels();
    double[] sums = new double[labels.size()];
    int next = row + 1;
    for (int i = 0; i < sums.length; i++) {
      Tokens label = labels.get(i);
      sums[i] = logits.logProbabilities(row, label.at(0))[0];
      for (int j = 1; j < label.length(); j++) {
        sums[i] += logits.logProbabilities(next++, label.at(j))[0];
      }
    }
    return new LabelScores(
        Arrays.stream(sums).boxed().toList(), job.prompt().length(), entry.reused());
  }
}
