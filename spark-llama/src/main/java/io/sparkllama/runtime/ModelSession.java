package io.sparkllama.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.sparkllama.errors.EngineException;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.runtime.device.MemoryPlace;
import io.sparkllama.runtime.device.SessionMemory;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** One ONNX Runtime session. */
final class ModelSession implements Session {

  // Weights lie beside the package's graph, and the graph itself is handed over from memory.
  private static final String EXTERNAL_FOLDER =
      "session.model_external_initializers_file_folder_path";

  private final OrtEnvironment environment;
  // They hold the library of operators that the session runs.
  private final OrtSession.SessionOptions options;
  private final PackedWeights weights;
  private final OrtSession session;
  private final AdapterRuns runs;
  private final ProcessEnd processEnd;

  private ModelSession(
      OrtEnvironment environment,
      OrtSession.SessionOptions options,
      PackedWeights weights,
      OrtSession session,
      AdapterRuns runs,
      ProcessEnd processEnd) {
    this.environment = environment;
    this.options = options;
    this.weights = weights;
    this.session = session;
    this.runs = runs;
    this.processEnd = processEnd;
  }

  static ModelSession open(Path folder, ModelProto graph, int threads) {
    return open(folder, ServingGraph.of(graph), threads);
  }

  /**
   * @param folder where the graph's weights lie
   */
  static ModelSession open(Path folder, ServingGraph graph, int threads) {
    return open(folder, graph, threads, Placement.CPU);
  }

  /**
   * @param folder where the graph's weights lie
   */
  static ModelSession open(Path folder, ServingGraph graph, int threads, Placement placement) {
    return open(folder, graph, threads, placement, Optional.empty());
  }

  /**
   * A session that notes how long each operator takes.
   *
   * @param notes where the notes go: the beginning of a file's name
   */
  static ModelSession openProfiled(Path folder, ServingGraph graph, int threads, Path notes) {
    return open(folder, graph, threads, Placement.CPU, Optional.of(notes));
  }

  private static ModelSession open(
      Path folder, ServingGraph graph, int threads, Placement placement, Optional<Path> notes) {
    OrtEnvironment environment = NativeEnvironment.get();
    AdapterRuns runs = new AdapterRuns();
    ProcessEnd processEnd = ProcessEnd.stopping(runs::interrupt);
    processEnd.enter();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    PackedWeights weights = new PackedWeights();
    try {
      configure(options, folder, threads);
      placement.configure(options);
      if (notes.isPresent()) {
        options.enableProfiling(notes.get().toString());
      }
      weights.add(environment, options, folder, graph.packings());
      OrtSession session = environment.createSession(graph.model().toByteArray(), options);
      return new ModelSession(environment, options, weights, session, runs, processEnd);
    } catch (OrtException e) {
      release(options, weights, processEnd);
      throw new EngineException(
          "Cannot start ONNX Runtime on "
              + folder
              + ": "
              + e.getMessage()
              + ". "
              + (OutOfMemory.in(e)
                  ? "Leave the engine more memory, or use a precision with smaller weights."
                  : "Export or convert the model again, or use a precision that this device has."),
          e);
    } catch (RuntimeException e) {
      release(options, weights, processEnd);
      throw e;
    } finally {
      processEnd.leave();
    }
  }

  private static void release(
      OrtSession.SessionOptions options, PackedWeights weights, ProcessEnd processEnd) {
    options.close();
    weights.close();
    processEnd.close();
  }

  private static void configure(OrtSession.SessionOptions options, Path folder, int threads)
      throws OrtException {
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    // Inputs of adapters have defaults, which ONNX Runtime warns of one by one.
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    options.addConfigEntry(EXTERNAL_FOLDER, folder.toString());
  }

  /** Ends the notes of a profiled session and tells where they lie. */
  Path notes() {
    try {
      return Path.of(session.endProfiling());
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  @Override
  public void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    run(inputs, outputs, runs.options());
  }

  /** Runs the graph in the way of one of those that share it; one at a time. */
  void run(
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs,
      OrtSession.RunOptions options) {
    processEnd.enter();
    try {
      session.run(inputs, Set.of(), outputs, options).close();
    } catch (OrtException e) {
      throw failed(e);
    } finally {
      processEnd.leave();
    }
  }

  /** Runs the graph and hands each output over, one after the other. */
  void run(Map<String, OnnxTensor> inputs, BiConsumer<String, FloatBuffer> outputs) {
    processEnd.enter();
    try (OrtSession.Result result = session.run(inputs, runs.options())) {
      for (Map.Entry<String, OnnxValue> output : result) {
        outputs.accept(output.getKey(), ((OnnxTensor) output.getValue()).getFloatBuffer());
      }
    } catch (OrtException e) {
      throw failed(e);
    } finally {
      processEnd.leave();
    }
  }

  private static EngineException failed(OrtException e) {
    return new EngineException(
        "Failed to run the model: " + e.getMessage() + ". Try fewer slots or another package.", e);
  }

  @Override
  public OnnxTensor tensor(FloatBuffer values, long... shape) {
    try {
      return OnnxTensor.createTensor(environment, values, shape);
    } catch (OrtException e) {
      throw tensorFailure(e);
    }
  }

  @Override
  public OnnxTensor tensor(LongBuffer values, long... shape) {
    try {
      return OnnxTensor.createTensor(environment, values, shape);
    } catch (OrtException e) {
      throw tensorFailure(e);
    }
  }

  @Override
  public OnnxTensor tensor(IntBuffer values, long... shape) {
    try {
      return OnnxTensor.createTensor(environment, values, shape);
    } catch (OrtException e) {
      throw tensorFailure(e);
    }
  }

  @Override
  public OnnxTensor halves(ShortBuffer values, long... shape) {
    try {
      return OnnxTensor.createTensor(environment, values, shape, OnnxJavaType.FLOAT16);
    } catch (OrtException e) {
      throw tensorFailure(e);
    }
  }

  /** Tensors in the memory of the device on which it computes; to be closed before it. */
  SessionMemory memory(MemoryPlace place) {
    return SessionMemory.open(environment, session, place);
  }

  @Override
  public AdapterRuns passes() {
    return runs;
  }

  @Override
  public void close() {
    processEnd.close();
    try {
      runs.close();
      session.close();
      options.close();
      weights.close();
    } catch (OrtException e) {
      throw new EngineException("Failed to close the ONNX Runtime session. End the process.", e);
    }
  }

  private static EngineException tensorFailure(OrtException e) {
    return new EngineException(
        "Cannot create a tensor: " + e.getMessage() + ". Use fewer slots or a smaller capacity.",
        e);
  }
}
