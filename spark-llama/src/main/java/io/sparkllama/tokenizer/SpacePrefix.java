package io.sparkllama.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;

/**
 * The space that a SentencePiece vocabulary puts in front of a text. A tokenizer.json knows one
 * text alone; here it is known which piece opens a text and which follows a control token, so the
 * step is taken out of the file and done where a text begins.
 *
 * @param space what stands in front; empty where the vocabulary adds nothing
 * @param always whether it is put in front of a space too
 */
record SpacePrefix(String space, boolean always) {

  private static final SpacePrefix NONE = new SpacePrefix("", true);

  /** Takes the step out of a tokenizer.json and says what it did. */
  static SpacePrefix takeFrom(ObjectNode tokenizer) {
    SpacePrefix prepended = prepended(tokenizer);
    return prepended.equals(NONE) ? metaspace(tokenizer.path("pre_tokenizer")) : prepended;
  }

  String before(String text) {
    boolean there = text.startsWith(" ") || text.startsWith(space);
    return text.isEmpty() || (there && !always) ? text : space + text;
  }

  private static SpacePrefix prepended(ObjectNode tokenizer) {
    JsonNode normalizer = tokenizer.path("normalizer");
    if (isPrepend(normalizer)) {
      tokenizer.putNull("normalizer");
      return prepend(normalizer);
    }
    Iterator<JsonNode> steps = normalizer.path("normalizers").elements();
    while (steps.hasNext()) {
      JsonNode step = steps.next();
      if (isPrepend(step)) {
        steps.remove();
        return prepend(step);
      }
    }
    return NONE;
  }

  private static boolean isPrepend(JsonNode step) {
    return step.path("type").asText().equals("Prepend");
  }

  private static SpacePrefix prepend(JsonNode step) {
    return new SpacePrefix(step.path("prepend").asText(), true);
  }

  private static SpacePrefix metaspace(JsonNode step) {
    if (step.path("pretokenizers") instanceof ArrayNode steps) {
      for (JsonNode part : steps) {
        SpacePrefix found = metaspace(part);
        if (!found.equals(NONE)) {
          return found;
        }
      }
    }
    if (!step.path("type").asText().equals("Metaspace")
        || step.path("prepend_scheme").asText().equals("never")
        || !step.path("add_prefix_space").asBoolean(true)) {
      return NONE;
    }
    ObjectNode metaspace = (ObjectNode) step;
    metaspace.remove("add_prefix_space");
    metaspace.put("prepend_scheme", "never");
    return new SpacePrefix(step.path("replacement").asText(), false);
  }
}
