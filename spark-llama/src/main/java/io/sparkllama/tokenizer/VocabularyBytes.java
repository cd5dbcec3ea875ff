package io.sparkllama.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The bytes that each token stands for. */
public final class VocabularyBytes {

  /** What SentencePiece writes for a space. */
  private static final char SPACE = '\u2581';

  private static final byte[] NO_TEXT = {};
  private static final Pattern BYTE_PIECE = Pattern.compile("<0x[0-9A-F]{2}>");

  private final Map<Integer, byte[]> bytes;

  private VocabularyBytes(Map<Integer, byte[]> bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads the vocabulary of a package's tokenizer.
   *
   * @throws ModelException when its tokens are neither bytes nor SentencePiece's pieces
   */
  public static VocabularyBytes of(ModelPackage model) {
    TokenizerJson json = TokenizerJson.read(model.tokenizer());
    Function<String, byte[]> decoder = decoder(json, model);
    Map<Integer, byte[]> bytes = new HashMap<>();
    json.vocabulary().forEach((token, id) -> bytes.put(id, decoder.apply(token)));
    json.addedTokens().values().forEach(bytes::remove);
    return new VocabularyBytes(bytes);
  }

  /** The bytes of a token; none for control tokens and ids that the tokenizer does not know. */
  public byte[] of(int token) {
    return bytes.getOrDefault(token, NO_TEXT);
  }

  private static Function<String, byte[]> decoder(TokenizerJson json, ModelPackage model) {
    JsonNode steps = json.decoder();
    if (has(steps, "ByteLevel")) {
      return ByteLevel::bytes;
    }
    if (has(steps, "ByteFallback") || has(steps, "Metaspace")) {
      return VocabularyBytes::piece;
    }
    throw new ModelException(
        "Cannot read the bytes of tokens: found another decoder than ByteLevel, ByteFallback and"
            + " Metaspace in %s. Use a model of Llama's kind.".formatted(model.tokenizer()));
  }

  private static boolean has(JsonNode steps, String type) {
    return steps.findValuesAsText("type").contains(type);
  }

  private static byte[] piece(String piece) {
    return BYTE_PIECE.matcher(piece).matches()
        ? HexFormat.of().parseHex(piece, 3, 5)
        : piece.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }
}
