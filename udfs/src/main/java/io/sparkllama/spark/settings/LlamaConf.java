package io.sparkllama.spark.settings;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.errors.RequestException;
import io.sparkllama.runtime.Attention;
import io.sparkllama.task.LongText;
import io.sparkllama.task.PromptOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.internal.SQLConf;

/** The confs that sessions may set, with defaults and ranges. */
public enum LlamaConf {
  MODEL("model", "", "Path or URI of the model package; required."),
  SLOTS("slots", "" + EngineOptions.DEFAULTS.slots(), "Rows that an engine decodes together."),
  CAPACITY("capacity", "0", "Tokens of prompt and answer in a slot; 0: the model's, at most 2048."),
  THREADS("threads", "0", "Native threads of an engine; 0: one for each processor."),
  PREFILL_CHUNK(
      "prefillChunk",
      "" + EngineOptions.DEFAULTS.prefillChunk(),
      "Most prompt tokens in one pass of the model."),
  ATTENTION(
      "attention",
      "own",
      "own or of_graph: spark-llama's own operator, where it has been built for the machine, or the"
          + " one in the model's graph, which is slower."),
  BATCH_SIZE("batchSize", "64", "Rows of one task that are in flight."),
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
  DEVICE("device", "auto", "auto or cpu."),
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

  /**
   * Reads the confs of the session that plans on this thread.
   *
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
    requireCpu(conf);
    String model = own.orElseGet(() -> MODEL.value(conf));
    if (model.isBlank()) {
      throw new RequestException(
          "Cannot run a llama function: %s is not set, expected the path or URI of a model package. Set it in the session, as SET %s=/models/smollm2."
              .formatted(MODEL.key(), MODEL.key()));
    }
    return new LlamaSettings(
        model.strip(),
        new EngineOptions(
            SLOTS.number(conf, 1),
            CAPACITY.number(conf, 0),
            THREADS.number(conf, 0),
            PREFILL_CHUNK.number(conf, EngineOptions.LEAST_CHUNK),
            ATTENTION.one(conf, Attention.class)),
        BATCH_SIZE.number(conf, 1),
        ON_ERROR.one(conf, LlamaSettings.OnError.class),
        LONG_TEXT.choice(conf, LongText.class).orElse(null),
        PROMPT_ORDER.one(conf, PromptOrder.class),
        CACHE_FOLDER.value(conf));
  }

  private static void requireCpu(SQLConf conf) {
    String device = DEVICE.value(conf).toLowerCase(Locale.ROOT);
    if (!device.equals("auto") && !device.equals("cpu")) {
      throw DEVICE.invalid(device, "auto or cpu; this build has no other device");
    }
  }

  private String value(SQLConf conf) {
    return conf.getConfString(key(), defaultValue);
  }

  private int number(SQLConf conf, int least) {
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

  private <E extends Enum<E>> Optional<E> choice(SQLConf conf, Class<E> type) {
    return value(conf).isBlank() ? Optional.empty() : Optional.of(one(conf, type));
  }

  private <E extends Enum<E>> E one(SQLConf conf, Class<E> type) {
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
