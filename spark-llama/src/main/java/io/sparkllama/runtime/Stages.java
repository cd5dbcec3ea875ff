package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ValueInfoProto;
import io.sparkllama.runtime.device.SessionMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * The sessions of a graph's stages, which lanes share. A stage runs one pass at a time; while it
 * does, the others run those of other lanes. For any thread.
 */
final class Stages implements AutoCloseable {

  private final List<Stage> all;
  private final AtomicInteger users = new AtomicInteger(1);

  private Stages(List<Stage> all) {
    this.all = all;
  }

  /**
   * @param inputs what the graph reads
   * @param outputs what it writes
   * @param turn held while a pass runs; passes run in the order in which they came
   */
  private record Stage(
      ModelSession session, Set<String> inputs, Set<String> outputs, ReentrantLock turn) {

    static Stage open(Path folder, ServingGraph graph, int threads, Placement placement) {
      GraphProto parts = graph.model().getGraph();
      return new Stage(
          ModelSession.open(folder, graph, threads, placement),
          names(parts.getInputList()),
          names(parts.getOutputList()),
          new ReentrantLock(true));
    }

    private static Set<String> names(List<ValueInfoProto> values) {
      return values.stream().map(ValueInfoProto::getName).collect(Collectors.toUnmodifiableSet());
    }

    void run(
        Map<String, OnnxTensor> inputs,
        Map<String, OnnxTensor> outputs,
        OrtSession.RunOptions options) {
      Map<String, OnnxTensor> read = only(inputs, this.inputs);
      Map<String, OnnxTensor> written = only(outputs, this.outputs);
      turn.lock();
      try {
        session.run(read, written, options);
      } finally {
        turn.unlock();
      }
    }

    private static Map<String, OnnxTensor> only(Map<String, OnnxTensor> all, Set<String> names) {
      return all.entrySet().stream()
          .filter(tensor -> names.contains(tensor.getKey()))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
  }

  /**
   * @param folder where the graphs' weights lie
   * @param threads native threads of each stage
   */
  static Stages open(Path folder, List<ServingGraph> graphs, int threads) {
    return open(folder, graphs, threads, Collections.nCopies(graphs.size(), Placement.CPU));
  }

  /**
   * @param folder where the graphs' weights lie
   * @param threads native threads of each stage
   * @param placements where each stage computes
   */
  static Stages open(
      Path folder, List<ServingGraph> graphs, int threads, List<? extends Placement> placements) {
    List<Stage> opened = new ArrayList<>();
    try {
      for (int i = 0; i < graphs.size(); i++) {
        opened.add(Stage.open(folder, graphs.get(i), threads, placements.get(i)));
      }
    } catch (RuntimeException e) {
      opened.forEach(stage -> stage.session().close());
      throw e;
    }
    return new Stages(List.copyOf(opened));
  }

  int count() {
    return all.size();
  }

  /**
   * Memory of the stages' devices, for one lane.
   *
   * @param placements as the stages were opened
   */
  LayerMemory memory(List<Placement.WithMemory> placements) {
    List<SessionMemory> opened = new ArrayList<>();
    try {
      for (int i = 0; i < all.size(); i++) {
        opened.add(all.get(i).session().memory(placements.get(i).memory()));
      }
    } catch (RuntimeException e) {
      opened.forEach(SessionMemory::close);
      throw e;
    }
    return new LayerMemory(opened, this::stageOfLayer);
  }

  private int stageOfLayer(int layer) {
    String keys = DeviceGraph.CACHE + KvCache.name(2 * layer);
    return (int) all.stream().takeWhile(stage -> !stage.inputs().contains(keys)).count();
  }

  /** For tensors, which belong to no session. */
  ModelSession first() {
    return all.get(0).session();
  }

  /**
   * Runs a pass through all stages.
   *
   * @param inputs of all stages, the hidden states at their borders included
   * @param outputs of all stages, the same hidden states included
   */
  void run(
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs,
      OrtSession.RunOptions options) {
    for (Stage stage : all) {
      stage.run(inputs, outputs, options);
    }
  }

  /** Somebody more is going to close them. */
  void share() {
    users.incrementAndGet();
  }

  /** Frees the sessions when the last of those that share them does so. */
  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      all.forEach(stage -> stage.session().close());
    }
  }
}
