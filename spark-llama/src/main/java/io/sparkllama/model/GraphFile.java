package io.sparkllama.model;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Parses an ONNX graph; weights inside it stay in the mapped file, not on the heap. */
final class GraphFile {

  private GraphFile() {}

  static ModelProto read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw damaged(file, "it has %d bytes, at most 2 GiB are valid".formatted(channel.size()));
      }
      return parse(file, channel.map(MapMode.READ_ONLY, 0, channel.size()));
    } catch (IOException e) {
      throw new ModelException("Cannot read %s: %s. Check its rights.".formatted(file, e), e);
    }
  }

  private static ModelProto parse(Path file, ByteBuffer bytes) throws IOException {
    try {
      CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      input.enableAliasing(true);
      ModelProto model = ModelProto.parseFrom(input);
      if (!model.hasGraph() || model.getOpsetImportCount() == 0) {
        throw damaged(file, "it ends before the graph does");
      }
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException(
          "Invalid %s: not an ONNX graph, or cut off (%s). Copy the file again."
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static ModelException damaged(Path file, String what) {
    return new ModelException("Invalid %s: %s. Copy the file again.".formatted(file, what));
  }
}
