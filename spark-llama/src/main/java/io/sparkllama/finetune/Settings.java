package io.sparkllama.finetune;

import io.sparkllama.tokenizer.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** Identity of what decides a run's steps: a run can go on where it is the same. */
final class Settings {

  private Settings() {}

  /** Without the length of the run, which may be changed, and what only decides speed. */
  static String identity(FinetuneOptions options, TrainingData data, String base) {
    MessageDigest digest = sha256();
    String numbers =
        String.join(
            "|",
            String.valueOf(options.rank()),
            String.valueOf(options.alpha()),
            options.targets().stream().sorted().toList().toString(),
            String.valueOf(options.learningRate()),
            String.valueOf(options.batchTokens()),
            String.valueOf(options.passTokens()),
            String.valueOf(options.seed()),
            base);
    digest.update(numbers.getBytes(StandardCharsets.UTF_8));
    Stream.concat(data.train().stream(), data.heldOut().stream())
        .forEach(
            example -> {
              add(digest, example.prompt());
              add(digest, example.answer());
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, Tokens tokens) {
    ByteBuffer bytes = ByteBuffer.allocate((1 + tokens.length()) * Integer.BYTES);
    bytes.putInt(tokens.length());
    tokens.stream().forEach(bytes::putInt);
    digest.update(bytes.array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
