package io.sparkllama.runtime.device;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.sparkllama.errors.EngineException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;

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
  private final Constructor<?> allocator;
  private final Method adapter;

  private OrtBridge(OrtApi api, Class<?> allocators) {
    this.api = api;
    this.session = field(OrtSession.class, "nativeHandle");
    this.tensor = constructor(OnnxTensor.class, long.class, long.class, TensorInfo.class);
    this.info =
        constructor(TensorInfo.class, long[].class, OnnxJavaType.class, OnnxTensorType.class);
    this.allocator = constructor(allocators, long.class, boolean.class);
    this.adapter = method(OrtLoraAdapter.class, "create", String.class, allocators);
  }

  /**
   * @throws EngineException when this version of ONNX Runtime is another than has been tried
   */
  static OrtBridge open(OrtEnvironment environment) {
    requireVersion(environment.getVersion());
    try {
      Field table = field(Class.forName("ai.onnxruntime.OnnxRuntime"), "ortApiHandle");
      return new OrtBridge(
          new OrtApi(table.getLong(null)), Class.forName("ai.onnxruntime.OrtAllocator"));
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

  static Method method(Class<?> owner, String name, Class<?>... parameters) {
    try {
      return open(owner.getDeclaredMethod(name, parameters));
    } catch (NoSuchMethodException e) {
      throw unknown("another " + owner.getSimpleName() + "." + name, e);
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

  /**
   * A LoRA adapter whose matrices lie in the memory of an allocator, which outlives it.
   *
   * @param allocatorHandle address of the allocator
   */
  OrtLoraAdapter adapter(Path file, long allocatorHandle) throws OrtException {
    try {
      // As one of ONNX Runtime's own, so that closing the Java object would not release it.
      Object place = allocator.newInstance(allocatorHandle, true);
      return (OrtLoraAdapter) adapter.invoke(null, file.toString(), place);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof OrtException refused) {
        throw refused;
      }
      throw unknown(e.getCause().toString(), e);
    } catch (ReflectiveOperationException e) {
      throw unknown(e.toString(), e);
    }
  }
}
