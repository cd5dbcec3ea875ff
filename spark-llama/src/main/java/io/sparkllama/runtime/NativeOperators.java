package io.sparkllama.runtime;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import io.sparkllama.errors.EngineException;
import io.sparkllama.model.CpuFeatures;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.OperatorSetIdProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The library of spark-llama's own ONNX Runtime operators. It is built for some platforms; where
 * there is none, graphs run with the operators that they have.
 */
final class NativeOperators {

  /** The set of operators, as a model imports it. */
  static final OperatorSetIdProto SET =
      OperatorSetIdProto.newBuilder().setDomain("io.sparkllama").setVersion(1).build();

  private static final String FOLDER = "/io/sparkllama/runtime/native/";

  private NativeOperators() {}

  /**
   * A node of the set.
   *
   * @param threads native threads of the session
   */
  static NodeProto node(
      String operator,
      String output,
      List<String> inputs,
      int threads,
      AttributeProto... attributes) {
    return OnnxParts.node(operator, output, inputs, attributes).toBuilder()
        .setDomain(SET.getDomain())
        .addAttribute(OnnxParts.attribute("threads", threads))
        .build();
  }

  /** The library for this machine, copied out of the jar once for the process. */
  static Optional<Path> library() {
    return Holder.LIBRARY;
  }

  /** What the library does for Java; only where there is a library. */
  static Functions functions() {
    return Holder.FUNCTIONS;
  }

  /** The library's functions, by the names that they have there. */
  interface Functions extends Library {

    /** Whether the processor runs products with packed weights; 0 for no. */
    int spark_llama_multiplies();

    /** Bytes of 16 outputs of packed weights. */
    long spark_llama_panel_bytes(long inputs);

    /** Packs {@code int8[inputs, outputs]}; buffers are direct. */
    void spark_llama_pack_token_weights(
        ByteBuffer weights,
        ByteBuffer scales,
        float levelScale,
        long inputs,
        long outputs,
        ByteBuffer packed);

    /** Packs {@code uint8[outputs, inputs]} in blocks of inputs; buffers are direct. */
    void spark_llama_pack_block_weights(
        ByteBuffer levels,
        ByteBuffer scales,
        long inputs,
        long outputs,
        long block,
        ByteBuffer packed);

    /** 16-bit floats as 32-bit floats; buffers are direct. */
    void spark_llama_widen(ByteBuffer halves, long count, ByteBuffer floats);
  }

  private static final class Holder {
    static final Optional<Path> LIBRARY = extract();
    static final Functions FUNCTIONS =
        LIBRARY.map(file -> Native.load(file.toString(), Functions.class)).orElse(null);

    private static Optional<Path> extract() {
      String resource = FOLDER + Platform.RESOURCE_PREFIX + "/libspark_llama.so";
      if (NativeOperators.class.getResource(resource) == null || !CpuFeatures.fusedVectors()) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            Native.extractFromResourcePath(resource, NativeOperators.class.getClassLoader())
                .toPath());
      } catch (IOException e) {
        throw new EngineException(
            "Cannot copy "
                + resource
                + " out of the jar: "
                + e.getMessage()
                + ". Leave room in java.io.tmpdir.",
            e);
      }
    }
  }
}
