package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The inputs and outputs of passes over buffers that live as long as the decoder. A tensor stays
 * until another takes its name, so a pass like the one before it makes none. Closing gives the
 * tensor handles back; the buffers stay.
 */
final class StepTensors implements AutoCloseable {

  private final Session session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();
  private final Map<String, OnnxTensor> own = new HashMap<>();

  StepTensors(Session session) {
    this.session = session;
  }

  void input(String name, LongBuffer values, long... shape) {
    inputs.put(name, keep(name, session.tensor(values, shape)));
  }

  void input(String name, IntBuffer values, long... shape) {
    inputs.put(name, keep(name, session.tensor(values, shape)));
  }

  void input(String name, FloatBuffer values, long... shape) {
    inputs.put(name, keep(name, session.tensor(values, shape)));
  }

  void output(String name, FloatBuffer values, long... shape) {
    outputs.put(name, keep(name, session.tensor(values, shape)));
  }

  void output(String name, LongBuffer values, long... shape) {
    outputs.put(name, keep(name, session.tensor(values, shape)));
  }

  /** One tensor that a pass reads and writes. */
  void inPlace(String input, String output, FloatBuffer values, long... shape) {
    input(input, values, shape);
    outputs.put(output, inputs.get(input));
  }

  /** The same with a tensor that Java does not see into; closed with these. */
  void inPlace(String input, String output, OnnxTensor tensor) {
    inputs.put(input, keep(input, tensor));
    outputs.put(output, tensor);
  }

  /** A tensor that Java does not see into; closed with these. */
  void output(String name, OnnxTensor tensor) {
    outputs.put(name, keep(name, tensor));
  }

  /** Inputs that are closed elsewhere. */
  void shared(Map<String, OnnxTensor> tensors) {
    tensors.keySet().forEach(this::drop);
    inputs.putAll(tensors);
  }

  void run() {
    session.run(inputs, outputs);
  }

  @Override
  public void close() {
    own.values().forEach(OnnxTensor::close);
  }

  private OnnxTensor keep(String name, OnnxTensor tensor) {
    drop(name);
    own.put(name, tensor);
    return tensor;
  }

  private void drop(String name) {
    OnnxTensor former = own.remove(name);
    if (former != null) {
      former.close();
    }
  }
}
