package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as the bytes that answers are made of. */
final class Utf8 {

  private Utf8() {}

  /**
   * The bytes of a text.
   *
   * @throws RequestException when it holds half a character, which has no bytes
   */
  static byte[] of(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return array;
    } catch (CharacterCodingException e) {
      throw new RequestException(
          "Invalid text in a constraint: found half of a surrogate pair, expected Unicode"
              + " characters. Correct the text.",
          e);
    }
  }
}
