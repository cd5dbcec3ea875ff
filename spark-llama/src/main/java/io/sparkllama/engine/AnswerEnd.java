package io.sparkllama.engine;

import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Decides when an answer has ended, and what its text is. */
final class AnswerEnd {

  private final LlamaTokenizer tokenizer;
  private final Set<Integer> stopIds;

  AnswerEnd(LlamaTokenizer tokenizer, Set<Integer> stopIds) {
    this.tokenizer = tokenizer;
    this.stopIds = stopIds;
  }

  /**
   * @param tokens the answer so far, at least one token
   * @param full whether the slot has no position left
   */
  Optional<Generation> reached(GenerationRequest request, Tokens tokens, boolean full) {
    int count = tokens.length();
    if (stopIds.contains(tokens.at(count - 1))) {
      String text = tokenizer.decode(tokens.slice(0, count - 1));
      return Optional.of(generation(request, tokens, text, FinishReason.STOP));
    }
    if (!request.stopStrings().isEmpty()) {
      String text = tokenizer.decode(tokens);
      OptionalInt stop = firstStop(request, text);
      if (stop.isPresent()) {
        String kept = text.substring(0, stop.getAsInt());
        return Optional.of(generation(request, tokens, kept, FinishReason.STOP));
      }
    }
    if (count == request.maxTokens() || full) {
      String text = tokenizer.decode(tokens);
      return Optional.of(generation(request, tokens, text, FinishReason.LENGTH));
    }
    return Optional.empty();
  }

  private static OptionalInt firstStop(GenerationRequest request, String text) {
    return request.stopStrings().stream()
        .mapToInt(text::indexOf)
        .filter(position -> position >= 0)
        .min();
  }

  private static Generation generation(
      GenerationRequest request, Tokens tokens, String text, FinishReason reason) {
    return new Generation(text, tokens, reason, request.prompt().length());
  }
}
