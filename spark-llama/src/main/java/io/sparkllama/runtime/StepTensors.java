package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of one pass over buffers that live as long as the decoder. Closing gives the tensor
 * handles back; the buffers stay.
 */
final class StepTensors implements AutoCloseable {

  private final ModelSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();
  private final List<OnnxTensor> own = new ArrayList<>();

  StepTensors(ModelSession session) {
    this.session = session;
  }

  void input(String name, LongBuffer values, long... shape) {
    inputs.put(name, keep(session.tensor(values, shape)));
  }

  void input(String name, FloatBuffer values, long... shape) {
    inputs.put(name, keep(session.tensor(values, shape)));
  }

  void output(String name, FloatBuffer values, long... shape) {
    outputs.put(name, keep(session.tensor(values, shape)));
  }

  void output(String name, LongBuffer values, long... shape) {
    outputs.put(name, keep(session.tensor(values, shape)));
  }

  /** Tensors that outlive the pass. */
  void shared(Map<String, OnnxTensor> past, Map<String, OnnxTensor> present) {
    inputs.putAll(past);
    outputs.putAll(present);
  }

  void run() {
    session.run(inputs, outputs);
  }

  @Override
  public void close() {
    own.forEach(OnnxTensor::close);
  }

  private OnnxTensor keep(OnnxTensor tensor) {
    own.add(tensor);
    return tensor;
  }
}
