package io.sparkllama.spark.exec;

import io.sparkllama.errors.EngineException;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.functions.LlamaCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * What an answer depends on, as 128 bits of a SHA-256: the model's place, where its adapters are,
 * and bytes, the settings, the task and the arguments. The text itself is not kept.
 */
record AnswerKey(long high, long low) {

  /** Keys of one call. For one thread. */
  static final class Maker {

    private final MessageDigest digest;
    private final byte[] call;

    Maker(LlamaCall call, EngineSpec engine) {
      this.digest = sha256();
      this.call = digest.digest(bytes(call, engine));
    }

    AnswerKey of(UnsafeRow arguments) {
      digest.update(call);
      ByteBuffer hash = ByteBuffer.wrap(digest.digest(arguments.getBytes()));
      return new AnswerKey(hash.getLong(), hash.getLong());
    }
  }

  private static byte[] bytes(LlamaCall call, EngineSpec engine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      for (Object part :
          List.of(
              engine.model(),
              engine.modelSha256(),
              engine.options(),
              call.settings().promptOrder(),
              call.prettyName(),
              call.dataType().json(),
              call.spec())) {
        out.writeObject(part);
      }
    } catch (IOException e) {
      throw new EngineException("Cannot tell calls apart: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
