package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Map;

/** What a decoder runs its passes with. One thread runs it. */
sealed interface Session extends AutoCloseable permits ModelSession, StagedSession {

  /** Runs the graph; every output is pinned to memory that the caller owns. */
  void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs);

  OnnxTensor tensor(FloatBuffer values, long... shape);

  OnnxTensor tensor(LongBuffer values, long... shape);

  OnnxTensor tensor(IntBuffer values, long... shape);

  /** A tensor of 16-bit floats. */
  OnnxTensor halves(ShortBuffer values, long... shape);

  /** How passes run. */
  AdapterRuns passes();

  @Override
  void close();
}
