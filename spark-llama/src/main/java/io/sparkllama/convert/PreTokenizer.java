package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How text is cut before pairs are merged, by the names that GGUF gives. */
enum PreTokenizer {
  LLAMA_BPE("llama-bpe", 3),
  QWEN2("qwen2", 1),
  SMOLLM("smollm", 1),
  GPT2("gpt-2", 0);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String label;
  private final int mostDigits;

  /**
   * @param mostDigits longest run of digits that stays together; 0 for any
   */
  PreTokenizer(String label, int mostDigits) {
    this.label = label;
    this.mostDigits = mostDigits;
  }

  static Optional<PreTokenizer> find(String label) {
    return Arrays.stream(values()).filter(pre -> pre.label.equals(label)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(pre -> pre.label).collect(Collectors.joining(", "));
  }

  /** A piece of text that is a token as a whole is taken as that token. */
  boolean ignoresMerges() {
    return this == LLAMA_BPE;
  }

  JsonNode normalizer() {
    return this == QWEN2 ? JSON.objectNode().put("type", "NFC") : NullNode.instance;
  }

  JsonNode steps() {
    return switch (this) {
      case LLAMA_BPE, QWEN2 -> sequence(split(), byteLevel(false));
      case SMOLLM ->
          sequence(
              JSON.objectNode().put("type", "Digits").put("individual_digits", true),
              byteLevel(true));
      case GPT2 -> byteLevel(true);
    };
  }

  /** Bytes as printable characters; the decoder undoes it. */
  static ObjectNode byteLevel(boolean splitsWords) {
    return JSON.objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", splitsWords);
  }

  private static ObjectNode sequence(JsonNode... steps) {
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    ArrayNode list = sequence.putArray("pretokenizers");
    Arrays.stream(steps).forEach(list::add);
    return sequence;
  }

  /**
   * English contractions, words with at most one leading sign, numbers, runs of signs with line
   * ends, and white space.
   */
  private ObjectNode split() {
    String digits = mostDigits == 1 ? "\\p{N}" : "\\p{N}{1," + mostDigits + "}";
    String pattern =
        String.join(
            "|",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)",
            "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+",
            digits,
            " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*",
            "\\s*[\\r\\n]+",
            "\\s+(?!\\S)",
            "\\s+");
    ObjectNode split = JSON.objectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", pattern);
    return split.put("behavior", "Isolated").put("invert", false);
  }
}
