package io.sparkllama.engine;

import io.sparkllama.constraint.ConstraintCursor;
import io.sparkllama.errors.ModelException;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;

/** Decides when an answer has ended, and what its text is. */
final class AnswerEnd {

  private final LlamaTokenizer tokenizer;
  private final Set<Integer> stopIds;

  AnswerEnd(LlamaTokenizer tokenizer, Set<Integer> stopIds) {
    this.tokenizer = tokenizer;
    this.stopIds = stopIds;
  }

  /**
   * @param row the answer so far, at least one token; copied only where it is needed
   * @param full whether the slot has no position left
   */
  Optional<Generation> reached(GenerationRequest request, Row row, boolean full) {
    Optional<ConstraintCursor> cursor = row.job().cursor();
    if (cursor.isPresent()) {
      return cursor.filter(ConstraintCursor::ended).map(end -> constrained(row, end));
    }
    if (request.ending() == Ending.NATURAL && stopIds.contains(row.last())) {
      Tokens tokens = row.tokens();
      String text = tokenizer.decode(tokens.slice(0, tokens.length() - 1));
      return Optional.of(generation(row, tokens, text, FinishReason.STOP));
    }
    if (row.mayHoldStop()) {
      Tokens tokens = row.tokens();
      String text = tokenizer.decode(tokens);
      OptionalInt stop = firstStop(request, text);
      if (stop.isPresent()) {
        String kept = text.substring(0, stop.getAsInt());
        return Optional.of(generation(row, tokens, kept, FinishReason.STOP));
      }
    }
    if (row.count() == request.maxTokens() || full) {
      Tokens tokens = row.tokens();
      String text = tokenizer.decode(tokens);
      return Optional.of(generation(row, tokens, text, FinishReason.LENGTH));
    }
    return Optional.empty();
  }

  /** Looks for the stop strings of a request, if it has any, where tokens are known as bytes. */
  IntPredicate stops(GenerationRequest request) {
    if (request.stopStrings().isEmpty()) {
      return token -> false;
    }
    try {
      return new StopSearch(request.stopStrings(), tokenizer.bytes())::mayEnd;
    } catch (ModelException e) {
      return token -> true;
    }
  }

  private static Generation constrained(Row row, ConstraintCursor cursor) {
    FinishReason reason = cursor.shortened() ? FinishReason.LENGTH : FinishReason.STOP;
    return generation(row, row.tokens(), cursor.text(), reason);
  }

  private static OptionalInt firstStop(GenerationRequest request, String text) {
    return request.stopStrings().stream()
        .mapToInt(text::indexOf)
        .filter(position -> position >= 0)
        .min();
  }

  private static Generation generation(Row row, Tokens tokens, String text, FinishReason reason) {
    int prompt = row.job().prompt().length();
    return new Generation(text, tokens, reason, prompt, row.reused());
  }
}
