package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where an engine computes and keeps its keys and values. */
public sealed interface ComputeDevice extends Serializable {

  /** The machine's processor. */
  ComputeDevice CPU = new Cpu();

  /** Share of a GPU's free memory that an engine takes where nothing else is said. */
  double DEFAULT_MEMORY_FRACTION = 0.9;

  /** {@code cpu}, {@code cuda:0}, or {@code cuda:0,1}. */
  String label();

  /**
   * Where a stage of a model computes whose first one computes here.
   *
   * @param stage from 0
   * @throws EngineException when there are GPUs for fewer stages
   */
  ComputeDevice ofStage(int stage);

  /** The machine's processor. */
  record Cpu() implements ComputeDevice {
    private static final long serialVersionUID = 1L;

    @Override
    public String label() {
      return "cpu";
    }

    @Override
    public ComputeDevice ofStage(int stage) {
      return this;
    }
  }

  /**
   * A GPU of NVIDIA's.
   *
   * @param number as CUDA counts those that the process sees, from 0
   * @param memoryFraction share of the memory that is free when the engine is opened, above 0 and
   *     at most 1; what other processes have taken by then is theirs
   * @param later numbers of the GPUs for the later stages of a model; where there are none, those
   *     that come after {@code number}
   */
  record Cuda(int number, double memoryFraction, List<Integer> later) implements ComputeDevice {
    private static final long serialVersionUID = 2L;

    public Cuda {
      later = List.copyOf(later);
      IntStream.concat(IntStream.of(number), later.stream().mapToInt(one -> one))
          .filter(one -> one < 0)
          .findFirst()
          .ifPresent(
              one -> {
                throw invalid("GPU", Integer.toString(one), "a number from 0");
              });
      if (!(memoryFraction > 0 && memoryFraction <= 1)) {
        throw invalid(
            "share of the GPU's memory", Double.toString(memoryFraction), "above 0, at most 1");
      }
    }

    /** One GPU, and where a model has stages, those that come after it. */
    public Cuda(int number, double memoryFraction) {
      this(number, memoryFraction, List.of());
    }

    /** A GPU for each stage of a model; at least one. */
    public static Cuda of(List<Integer> numbers, double memoryFraction) {
      return new Cuda(numbers.get(0), memoryFraction, numbers.subList(1, numbers.size()));
    }

    @Override
    public String label() {
      return Stream.concat(Stream.of(number), later.stream())
          .map(one -> Integer.toString(one))
          .collect(Collectors.joining(",", "cuda:", ""));
    }

    @Override
    public ComputeDevice ofStage(int stage) {
      if (stage == 0 || later.isEmpty()) {
        return new Cuda(number + stage, memoryFraction);
      }
      if (stage > later.size()) {
        throw new EngineException(
            "Cannot run stage %d of the model: found %d GPUs (%s), expected one for each stage. Name more, or raise spark.task.resource.gpu.amount."
                .formatted(stage + 1, later.size() + 1, label()));
      }
      return new Cuda(later.get(stage - 1), memoryFraction);
    }

    /** Bytes that the engine may take of those that are free. */
    long budget(long freeBytes) {
      return (long) (freeBytes * memoryFraction);
    }
  }

  /**
   * The processor by the way of a GPU: graphs without operators of our own, and keys, values and
   * logits in memory that Java does not see. Slower, and for trying that way without a GPU.
   */
  record CpuAsGpu() implements ComputeDevice {
    private static final long serialVersionUID = 1L;

    @Override
    public String label() {
      return "cpu as gpu";
    }

    @Override
    public ComputeDevice ofStage(int stage) {
      return this;
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda}, {@code cuda:N}, or {@code cuda:N,N} for models with stages.
   *
   * @param memoryFraction of a GPU
   * @throws RequestException for anything else
   */
  static ComputeDevice parse(String text, double memoryFraction) {
    Matcher cuda = Pattern.compile("cuda(?::(\\d{1,4}(?:,\\d{1,4})*))?").matcher(text);
    if (cuda.matches()) {
      String numbers = cuda.group(1) == null ? "0" : cuda.group(1);
      return Cuda.of(
          Pattern.compile(",").splitAsStream(numbers).map(Integer::valueOf).toList(),
          memoryFraction);
    }
    if (text.equals(CPU.label())) {
      return CPU;
    }
    throw invalid("device", text, "cpu, cuda, cuda:N or cuda:N,N");
  }

  /**
   * The device that a package has been made for: what its manifest says, or what can have the keys
   * and values of another tool's graph, since those of 16 bits are for GPUs.
   */
  static ComputeDevice madeFor(ModelPackage source) {
    boolean cuda =
        source
            .manifest()
            .map(manifest -> manifest.quantization().device().equals("cuda"))
            .orElseGet(() -> hasShortKeys(source));
    return cuda ? new Cuda(0, DEFAULT_MEMORY_FRACTION) : CPU;
  }

  private static boolean hasShortKeys(ModelPackage source) {
    return CacheType.of(ServingGraph.stored(source).getGraph())
        .filter(type -> type.bytes() == Short.BYTES)
        .isPresent();
  }

  private static RequestException invalid(String what, String found, String expected) {
    return new RequestException(
        "Invalid %s: found %s, expected %s. Change the engine's options."
            .formatted(what, found, expected));
  }
}
