package io.sparkllama.spark.engine;

import io.sparkllama.errors.EngineException;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.CudaSupport;
import io.sparkllama.spark.settings.DeviceSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses devices among the resources that Spark gave. Spark names GPUs {@code gpu}; their
 * addresses are the numbers that CUDA has for them. For any thread.
 */
public final class Devices {

  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
  private static final Devices OF_THIS_PROCESS = new Devices(CudaSupport::obstacle, Devices::local);
  private static final String GPU = "gpu";

  /** What Spark calls the executor that runs in the driver. */
  private static final String DRIVER = "driver";

  private final Function<Integer, Optional<String>> obstacle;
  private final BooleanSupplier localMode;
  private final Map<Integer, Optional<String>> known = new ConcurrentHashMap<>();

  /**
   * @param obstacle why engines cannot use a GPU, if they cannot; asked once for each
   * @param localMode whether tasks run in the driver
   */
  Devices(Function<Integer, Optional<String>> obstacle, BooleanSupplier localMode) {
    this.obstacle = obstacle;
    this.localMode = localMode;
  }

  public static Devices ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /** The GPUs among resources, by their addresses. */
  public static List<String> gpus(Map<String, ResourceInformation> resources) {
    return resources.containsKey(GPU) ? List.of(resources.get(GPU).addresses()) : List.of();
  }

  /** The device for rows of the task that runs on this thread. */
  public ComputeDevice ofTask(DeviceSettings settings) {
    TaskContext task = TaskContext.get();
    Map<String, ResourceInformation> given = task == null ? Map.of() : task.resourcesJMap();
    return among(settings, given, Math.max(1, gpus(given).size())).get(0);
  }

  private static boolean local() {
    SparkEnv environment = SparkEnv.get();
    return environment != null && environment.executorId().equals(DRIVER);
  }

  /**
   * The devices that a choice allows. Spark's local mode gives tasks no GPUs: there the first one
   * is taken where one is demanded.
   *
   * @param each GPUs that an engine has, for models with stages; from 1
   * @return at least one
   * @throws EngineException names what is missing
   */
  List<ComputeDevice> among(
      DeviceSettings settings, Map<String, ResourceInformation> resources, int each) {
    List<Integer> gpus = gpus(resources).stream().map(Devices::number).toList();
    List<ComputeDevice> devices =
        IntStream.rangeClosed(1, gpus.size() / each)
            .mapToObj(end -> settings.gpus(gpus.subList((end - 1) * each, end * each)))
            .toList();
    return switch (settings.choice()) {
      case CPU -> List.of(ComputeDevice.CPU);
      case AUTO -> usable(gpus) ? devices : List.of(ComputeDevice.CPU);
      case CUDA -> {
        if (gpus.isEmpty() && localMode.getAsBoolean()) {
          yield List.of(settings.gpus(List.of(0)));
        }
        if (gpus.isEmpty()) {
          throw new EngineException(
              "Cannot use a GPU: found no resource gpu, expected one, since spark.llama.device is"
                  + " cuda. Set spark.executor.resource.gpu.amount and"
                  + " spark.task.resource.gpu.amount, or spark.llama.device=auto.");
        }
        yield devices;
      }
    };
  }

  private boolean usable(List<Integer> gpus) {
    return !gpus.isEmpty()
        && gpus.stream().allMatch(number -> known.computeIfAbsent(number, this::look).isEmpty());
  }

  /** What is told once is that the CPU does the work of a GPU that lies idle. */
  private Optional<String> look(int number) {
    Optional<String> reason = obstacle.apply(number);
    reason.ifPresent(
        text -> LOG.warn("Computes on the CPU, though given GPU {}. {}", number, text));
    return reason;
  }

  private static int number(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      throw new EngineException(
          "Cannot use the GPU %s: found an address that is no number, expected the one that CUDA has for it. Let the discovery script tell numbers, as Spark's getGpusResources.sh does."
              .formatted(address),
          e);
    }
  }
}
