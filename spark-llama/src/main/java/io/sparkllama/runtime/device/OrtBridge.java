package io.sparkllama.runtime.device;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.sparkllama.errors.EngineException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;

/**
 * The members of ONNX Runtime's Java part that lead from its objects to the C API and back. They
 * are not public, so another version may have others: then nothing native is touched, and the
 * caller is told.
 */
final class OrtBridge {

  /** The versions that this has run with. */
  private static final String TRIED = "1.29.";

  private final OrtApi api;
  private final Field session;
  private final Constructor<OnnxTensor> tensor;
  private final Constructor<TensorInfo> info;

  private OrtBridge(
      OrtApi api, Field session, Constructor<OnnxTensor> tensor, Constructor<TensorInfo> info) {
    this.api = api;
    this.session = session;
    this.tensor = tensor;
    this.info = info;
  }

  /**
   * @throws EngineException when this version of ONNX Runtime is another than has been tried
   */
  static OrtBridge open(OrtEnvironment environment) {
    requireVersion(environment.getVersion());
    try {
      Field table = field(Class.forName("ai.onnxruntime.OnnxRuntime"), "ortApiHandle");
      return new OrtBridge(
          new OrtApi(table.getLong(null)),
          field(OrtSession.class, "nativeHandle"),
          constructor(OnnxTensor.class, long.class, long.class, TensorInfo.class),
          constructor(TensorInfo.class, long[].class, OnnxJavaType.class, OnnxTensorType.class));
    } catch (ReflectiveOperationException e) {
      throw unknown(e.toString(), e);
    }
  }

  static void requireVersion(String found) {
    if (!found.startsWith(TRIED)) {
      throw unknown("version " + found, null);
    }
  }

  static Field field(Class<?> owner, String name) {
    try {
      return open(owner.getDeclaredField(name));
    } catch (NoSuchFieldException e) {
      throw unknown("no field " + owner.getSimpleName() + "." + name, e);
    }
  }

  static <T> Constructor<T> constructor(Class<T> owner, Class<?>... parameters) {
    try {
      return open(owner.getDeclaredConstructor(parameters));
    } catch (NoSuchMethodException e) {
      throw unknown("another constructor of " + owner.getSimpleName(), e);
    }
  }

  private static <T extends AccessibleObject> T open(T member) {
    try {
      member.setAccessible(true);
      return member;
    } catch (InaccessibleObjectException e) {
      throw unknown("a closed module", e);
    }
  }

  private static EngineException unknown(String found, Exception cause) {
    return new EngineException(
        "Cannot keep tensors in the device's memory: found ONNX Runtime with %s, expected %sx. Put the version that spark-llama was built with first on the class path, or use the device cpu."
            .formatted(found, TRIED),
        cause);
  }

  OrtApi api() {
    return api;
  }

  /** Address of a session. */
  long handle(OrtSession opened) {
    try {
      return session.getLong(opened);
    } catch (IllegalAccessException e) {
      throw unknown(e.toString(), e);
    }
  }

  /**
   * A tensor of the C API as one of Java's, which owns it from now on.
   *
   * @param value address of the tensor
   */
  OnnxTensor tensor(long value, OnnxJavaType type, long[] shape) {
    try {
      OnnxTensorType element = OnnxTensorType.mapFromJavaType(type);
      // The allocator's handle is for texts, which such a tensor never has.
      return tensor.newInstance(value, 0L, info.newInstance(shape, type, element));
    } catch (ReflectiveOperationException e) {
      api.releaseTensor(value);
      throw unknown(e.toString(), e);
    }
  }
}
