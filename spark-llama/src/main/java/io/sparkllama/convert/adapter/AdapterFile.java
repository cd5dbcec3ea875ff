package io.sparkllama.convert.adapter;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The file format of ONNX Runtime's adapters: a flatbuffer {@code TORT} with a table {@code
 * format_version, adapter_version, model_version, parameters} and for each parameter {@code name,
 * dims, data_type, raw_data}, as its schema in the ONNX Runtime project names them.
 */
final class AdapterFile {

  private static final String IDENTIFIER = "TORT";
  private static final int VERSION = 1;
  private static final int RAW_ALIGNMENT = 8;

  private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 16);
  private final List<Integer> parameters = new ArrayList<>();

  /**
   * @param elementType ONNX element type
   * @param values little-endian, from position to limit
   */
  void add(String name, int elementType, ByteBuffer values, long... shape) {
    int raw = raw(values);
    builder.startVector(Long.BYTES, shape.length, Long.BYTES);
    for (int i = shape.length - 1; i >= 0; i--) {
      builder.addLong(shape[i]);
    }
    int dims = builder.endVector();
    int nameAt = builder.createString(name);
    builder.startTable(4);
    builder.addOffset(0, nameAt, 0);
    builder.addOffset(1, dims, 0);
    builder.addInt(2, elementType, 0);
    builder.addOffset(3, raw, 0);
    parameters.add(builder.endTable());
  }

  private int raw(ByteBuffer values) {
    int length = values.remaining();
    builder.startVector(1, length, RAW_ALIGNMENT);
    for (int i = values.limit() - 1; i >= values.position(); i--) {
      builder.addByte(values.get(i));
    }
    return builder.endVector();
  }

  byte[] bytes() {
    builder.startVector(Integer.BYTES, parameters.size(), Integer.BYTES);
    for (int i = parameters.size() - 1; i >= 0; i--) {
      builder.addOffset(parameters.get(i));
    }
    int list = builder.endVector();
    builder.startTable(4);
    builder.addInt(0, VERSION, 0);
    builder.addInt(1, VERSION, 0);
    builder.addInt(2, VERSION, 0);
    builder.addOffset(3, list, 0);
    builder.finish(builder.endTable(), IDENTIFIER);
    return builder.sizedByteArray();
  }
}
