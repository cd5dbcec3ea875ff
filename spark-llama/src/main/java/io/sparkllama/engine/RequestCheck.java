package io.sparkllama.engine;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.Tokens;

/**
 * Refuses requests that no slot could answer.
 *
 * @param model whose vocabulary and adapters count
 * @param capacity positions of a slot
 */
record RequestCheck(ModelPackage model, int capacity) {

  void require(GenerationRequest request) {
    requirePrompt(request.prompt(), 1);
    request.adapter().ifPresent(model::requireAdapter);
    if (request.maxTokens() < 1) {
      throw new RequestException(
          "Invalid max_tokens: found "
              + request.maxTokens()
              + ", expected at least 1. Raise max_tokens.");
    }
    if (request.constraint().isPresent()) {
      requireNoOtherEnd(request);
    }
    Sampling sampling = request.sampling();
    requireRange("temperature", sampling.temperature(), 0, 100);
    requireRange("top_k", sampling.topK(), 0, Integer.MAX_VALUE);
    requireRange("top_p", sampling.topP(), Double.MIN_VALUE, 1);
    requireRange("min_p", sampling.minP(), 0, 1);
    requireRange("repetition_penalty", sampling.repetitionPenalty(), 0.01, 100);
  }

  private static void requireNoOtherEnd(GenerationRequest request) {
    if (!request.stopStrings().isEmpty() || request.ending() != Ending.NATURAL) {
      throw new RequestException(
          "Cannot answer within a constraint: found %s, expected that the constraint alone ends %s"
              .formatted(
                  request.stopStrings().isEmpty() ? "a full length" : "stop strings",
                  "the answer. Leave that out."));
    }
  }

  void require(ScoreRequest request) {
    if (request.labels().isEmpty() || request.labels().stream().anyMatch(Tokens::isEmpty)) {
      throw new RequestException(
          "Invalid labels: found none or an empty one, expected at least one token each. Give"
              + " labels that are not empty.");
    }
    int longest = request.labels().stream().mapToInt(Tokens::length).max().orElseThrow();
    requirePrompt(request.prompt(), longest - 1);
    request.adapter().ifPresent(model::requireAdapter);
    request.labels().forEach(this::requireKnown);
  }

  private void requirePrompt(Tokens prompt, int room) {
    if (prompt.isEmpty()) {
      throw new RequestException(
          "Invalid prompt: found no tokens, expected at least one. Give a text that is not empty.");
    }
    if (prompt.length() + room > capacity) {
      throw new RequestException(
          "Cannot fit the prompt: found "
              + prompt.length()
              + " tokens, expected at most "
              + (capacity - room)
              + ". Shorten the text or raise the capacity of the slots.");
    }
    requireKnown(prompt);
  }

  private void requireKnown(Tokens tokens) {
    tokens.stream()
        .filter(id -> id < 0 || id >= vocabulary())
        .findFirst()
        .ifPresent(
            id -> {
              throw new RequestException(
                  "Invalid token id: found "
                      + id
                      + ", expected 0 to "
                      + (vocabulary() - 1)
                      + ". Encode the text with this model's own tokenizer.");
            });
  }

  private static void requireRange(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new RequestException(
          "Invalid %s: found %s, expected %s to %s. Change or leave out %s."
              .formatted(name, value, least, most, name));
    }
  }

  private int vocabulary() {
    return model.architecture().vocabularySize();
  }
}
