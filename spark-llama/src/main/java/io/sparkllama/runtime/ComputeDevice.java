package io.sparkllama.runtime;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an engine computes and keeps its keys and values. */
public sealed interface ComputeDevice extends Serializable {

  /** The machine's processor. */
  ComputeDevice CPU = new Cpu();

  /** Share of a GPU's free memory that an engine takes where nothing else is said. */
  double DEFAULT_MEMORY_FRACTION = 0.9;

  /** {@code cpu}, or {@code cuda:0}. */
  String label();

  /**
   * Where a stage of a model computes whose first one computes here: the GPUs after this one have
   * the later stages.
   *
   * @param stage from 0
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
   */
  record Cuda(int number, double memoryFraction) implements ComputeDevice {
    private static final long serialVersionUID = 1L;

    public Cuda {
      if (number < 0) {
        throw invalid("GPU", Integer.toString(number), "a number from 0");
      }
      if (!(memoryFraction > 0 && memoryFraction <= 1)) {
        throw invalid(
            "share of the GPU's memory", Double.toString(memoryFraction), "above 0, at most 1");
      }
    }

    @Override
    public String label() {
      return "cuda:" + number;
    }

    @Override
    public ComputeDevice ofStage(int stage) {
      return new Cuda(number + stage, memoryFraction);
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
   * Reads {@code cpu}, {@code cuda} or {@code cuda:N}.
   *
   * @param memoryFraction of a GPU
   * @throws RequestException for anything else
   */
  static ComputeDevice parse(String text, double memoryFraction) {
    Matcher cuda = Pattern.compile("cuda(?::(\\d{1,4}))?").matcher(text);
    if (cuda.matches()) {
      String number = cuda.group(1);
      return new Cuda(number == null ? 0 : Integer.parseInt(number), memoryFraction);
    }
    if (text.equals(CPU.label())) {
      return CPU;
    }
    throw invalid("device", text, "cpu, cuda or cuda:N");
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
