package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The constraints of one engine: the latest are kept as they have been worked out for its
 * vocabulary. Safe for use by many threads; the cursors that it gives belong to one thread, the
 * same for all of them.
 */
public final class Constraints {

  private static final int KEPT = 16;

  private final ModelPackage model;
  private final LlamaTokenizer tokenizer;
  private final Map<Constraint, CompiledConstraint> compiled =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Constraint, CompiledConstraint> eldest) {
          return size() > KEPT;
        }
      };
  private TokenVocabulary vocabulary;

  /** Reads nothing before the first constraint comes. */
  public Constraints(ModelPackage model, LlamaTokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * Begins an answer.
   *
   * @param room tokens that the answer may have
   * @throws RequestException when the room is too small for any answer
   */
  public ConstraintCursor begin(Constraint constraint, int room) {
    CompiledConstraint known = compiled(constraint);
    if (room < known.leastTokens()) {
      throw new RequestException(
          "Cannot answer within the constraint: found room for %d tokens, expected at least %d. %s"
              .formatted(
                  room,
                  known.leastTokens(),
                  "Raise max_tokens, shorten the prompt, or raise the capacity of the slots."));
    }
    return new ConstraintCursor(known.automaton(), room);
  }

  private synchronized CompiledConstraint compiled(Constraint constraint) {
    if (vocabulary == null) {
      vocabulary =
          new TokenVocabulary(
              tokenizer.bytes()::of,
              model.architecture().vocabularySize(),
              Set.copyOf(model.controlTokens().stop()),
              text -> tokenizer.encode(text).toArray());
    }
    CompiledConstraint known = compiled.get(constraint);
    if (known == null) {
      known = new CompiledConstraint(constraint, vocabulary);
      compiled.put(constraint, known);
    }
    return known;
  }
}
