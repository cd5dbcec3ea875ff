package io.sparkllama.spark.settings;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.errors.RequestException;
import io.sparkllama.runtime.Attention;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.CudaSupport;
import io.sparkllama.task.LongText;
import io.sparkllama.task.PromptOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import scala.Option;

/** The confs that sessions may set, with defaults and ranges. */
public enum LlamaConf {
  MODEL("model", "", "Path or URI of the model package; required."),
  SLOTS(
      "slots",
      "0",
      "Rows that an engine decodes together; 0: 16 on a CPU, on a GPU as many as its memory has room"
          + " for, at most 256."),
  CAPACITY("capacity", "0", "Tokens of prompt and answer in a slot; 0: the model's, at most 2048."),
  THREADS("threads", "0", "Native threads of an engine; 0: one for each processor."),
  PREFILL_CHUNK(
      "prefillChunk",
      "0",
      "Most prompt tokens in one pass of the model, at least 16; 0: 512 on a CPU, 2048 on a GPU."),
  ATTENTION(
      "attention",
      "own",
      "own or of_graph: spark-llama's own operator, where it has been built for the machine, or the"
          + " one in the model's graph, which is slower."),
  BATCH_SIZE(
      "batchSize", "0", "Most rows of one task in flight, at most 32 MiB of them; 0: 4 x slots."),
  RESULT_CACHE_BYTES(
      "resultCacheBytes",
      "32m",
      "Answers that an executor keeps for what Spark computes twice; 0: none."),
  ON_ERROR("onError", "fail", "A row that cannot be answered: fail the query, or null."),
  LONG_TEXT(
      "longText",
      "",
      "A text that does not fit: error, truncate or map_reduce. Default: map_reduce for summaries,"
          + " error for the rest."),
  PROMPT_ORDER(
      "promptOrder",
      "instruction_first",
      "instruction_first or text_first: the latter reads a text once for several functions over it,"
          + " and is another prompt, with other answers."),
  DEVICE(
      "device",
      "auto",
      "auto, cpu or cuda: the GPU that Spark gave the task where engines can use it, else the CPU;"
          + " always the CPU; or always that GPU."),
  GPU_MEMORY_FRACTION(
      "gpu.memoryFraction",
      "" + ComputeDevice.DEFAULT_MEMORY_FRACTION,
      "Share of a GPU's free memory that an engine takes; what other processes have is theirs."),
  GPU_AMOUNT(
      "gpu.amount",
      "0",
      "GPUs of each executor that Spark starts for stages with calls, beside the application's own"
          + " executors; 0: calls are answered on those. Needs dynamic allocation."),
  GPU_EXECUTOR_CORES(
      "gpu.executorCores", "0", "Cores of such an executor; 0: as spark.executor.cores."),
  GPU_EXECUTOR_MEMORY(
      "gpu.executorMemory", "", "Heap of such an executor; default: spark.executor.memory."),
  GPU_DISCOVERY_SCRIPT(
      "gpu.discoveryScript",
      "",
      "Script by which such an executor finds its GPUs, as on YARN and Kubernetes."),
  PRELOAD(
      "preload",
      "false",
      "Of the application, with the plugin: true opens the engine when an executor starts; or the"
          + " models to open, with commas between them."),
  AI_FUNCTIONS(
      "aiFunctions",
      "false",
      "Whether sessions have functions with the names of Databricks, such as ai_summarize; read when"
          + " the first session starts."),
  CACHE_FOLDER(
      "cacheDir", "", "Folder for copies of remote models; default: below java.io.tmpdir.");

  private static final String PREFIX = "spark.llama.";

  private final String suffix;
  private final String defaultValue;
  private final String meaning;

  LlamaConf(String suffix, String defaultValue, String meaning) {
    this.suffix = suffix;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  public String key() {
    return PREFIX + suffix;
  }

  public String defaultValue() {
    return defaultValue;
  }

  public String meaning() {
    return meaning;
  }

  /** How a conf is looked up: its key, and what counts where it is not set. */
  private interface Values extends BinaryOperator<String> {}

  /**
   * Reads the confs of the session that analyzes a query on this thread.
   *
   * @param conf what Spark has for the place of the call; inside of a view it knows only Spark's
   *     own confs, and the session's count
   * @throws RequestException names the conf, what was found and what is allowed
   */
  public static LlamaSettings read(SQLConf conf) {
    return read(conf, Optional.empty());
  }

  /**
   * As {@link #read(SQLConf)}.
   *
   * @param own path or URI of a model to take instead of the session's
   */
  public static LlamaSettings read(SQLConf conf, Optional<String> own) {
    return read(values(conf), own);
  }

  private static Values values(SQLConf conf) {
    Option<SparkSession> session = SparkSession.getActiveSession();
    SQLConf otherwise = session.isDefined() ? session.get().sessionState().conf() : conf;
    return (key, unset) -> (conf.contains(key) ? conf : otherwise).getConfString(key, unset);
  }

  /** Most bytes of the answers that an executor keeps. */
  public static long resultCacheBytes(SQLConf conf) {
    String value = RESULT_CACHE_BYTES.value(values(conf)).strip();
    try {
      return JavaUtils.byteStringAsBytes(value);
    } catch (NumberFormatException e) {
      throw RESULT_CACHE_BYTES.invalid(value, "a number of bytes such as 64m, or 0");
    }
  }

  /**
   * The executors that stages with calls ask Spark for.
   *
   * @throws RequestException names the conf, what was found and what is allowed
   */
  public static GpuExecutors gpuExecutors(SQLConf conf) {
    Values values = values(conf);
    return new GpuExecutors(
        GPU_AMOUNT.number(values, 0),
        GPU_EXECUTOR_CORES.number(values, 0),
        GPU_EXECUTOR_MEMORY.value(values).strip(),
        GPU_DISCOVERY_SCRIPT.value(values).strip());
  }

  /**
   * The settings of each engine that executors open when they start, by the application's confs.
   *
   * @throws RequestException names the conf, what was found and what is allowed
   */
  public static List<LlamaSettings> preloaded(SparkConf conf) {
    String wanted = PRELOAD.value(conf::get).strip();
    if (wanted.isEmpty() || wanted.equalsIgnoreCase("false")) {
      return List.of();
    }
    if (wanted.equalsIgnoreCase("true")) {
      return List.of(read((Values) conf::get, Optional.empty()));
    }
    return Arrays.stream(wanted.split(","))
        .map(model -> read((Values) conf::get, Optional.of(model)))
        .toList();
  }

  private static LlamaSettings read(Values conf, Optional<String> own) {
    String model = own.orElseGet(() -> MODEL.value(conf));
    if (model.isBlank()) {
      throw new RequestException(
          "Cannot run a llama function: %s is not set, expected the path or URI of a model package. Set it in the session, as SET %s=/models/smollm2."
              .formatted(MODEL.key(), MODEL.key()));
    }
    return new LlamaSettings(
        model.strip(),
        new EngineOptions(
            SLOTS.number(conf, 0),
            CAPACITY.number(conf, 0),
            THREADS.number(conf, 0),
            PREFILL_CHUNK.noneOrAtLeast(conf, EngineOptions.LEAST_CHUNK),
            ATTENTION.one(conf, Attention.class)),
        BATCH_SIZE.number(conf, 0),
        ON_ERROR.one(conf, LlamaSettings.OnError.class),
        LONG_TEXT.choice(conf, LongText.class).orElse(null),
        PROMPT_ORDER.one(conf, PromptOrder.class),
        device(conf),
        CACHE_FOLDER.value(conf));
  }

  private static DeviceSettings device(Values conf) {
    DeviceChoice choice = DEVICE.one(conf, DeviceChoice.class);
    if (choice == DeviceChoice.CUDA && !CudaSupport.inBuild()) {
      throw DEVICE.invalid(
          "cuda",
          "auto or cpu: the ONNX Runtime of this jar is built for CPUs; a jar built with -Pgpu takes"
              + " cuda");
    }
    return new DeviceSettings(choice, GPU_MEMORY_FRACTION.share(conf));
  }

  /** Above 0 and at most 1. */
  private double share(Values conf) {
    String value = value(conf).strip();
    try {
      double share = Double.parseDouble(value);
      if (share > 0 && share <= 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      throw invalid(value, "a number above 0 and at most 1");
    }
    throw invalid(value, "a number above 0 and at most 1");
  }

  private String value(Values conf) {
    return conf.apply(key(), defaultValue);
  }

  private int number(Values conf, int least) {
    String value = value(conf).strip();
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw invalid(value, "a whole number of at least " + least);
    }
    throw invalid(value, "a whole number of at least " + least);
  }

  private int noneOrAtLeast(Values conf, int least) {
    int number = number(conf, 0);
    if (number > 0 && number < least) {
      throw invalid(Integer.toString(number), "0 or a whole number of at least " + least);
    }
    return number;
  }

  private <E extends Enum<E>> Optional<E> choice(Values conf, Class<E> type) {
    return value(conf).isBlank() ? Optional.empty() : Optional.of(one(conf, type));
  }

  private <E extends Enum<E>> E one(Values conf, Class<E> type) {
    String value = value(conf).strip();
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(() -> invalid(value, names(type)));
  }

  private static String names(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" or "));
  }

  private RequestException invalid(String found, String expected) {
    return new RequestException(
        "Invalid %s: found %s, expected %s. Change the conf.".formatted(key(), found, expected));
  }
}
