package io.sparkllama.spark.engine;

import io.sparkllama.errors.EngineException;
import io.sparkllama.spark.settings.DeviceChoice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * Chooses devices among the resources that Spark gave. Spark names GPUs {@code gpu}; their
 * addresses are the numbers that CUDA has for them.
 */
public final class Devices {

  private static final Devices OF_THIS_BUILD = new Devices(DeviceChoice.USABLE);
  private static final String GPU = "gpu";

  private final Set<DeviceChoice> usable;

  /**
   * @param usable what engines can do
   */
  Devices(Set<DeviceChoice> usable) {
    this.usable = usable;
  }

  public static Devices ofThisBuild() {
    return OF_THIS_BUILD;
  }

  /** The GPUs among resources, by their addresses. */
  public static List<String> gpus(Map<String, ResourceInformation> resources) {
    return resources.containsKey(GPU) ? List.of(resources.get(GPU).addresses()) : List.of();
  }

  /** The device for rows of the task that runs on this thread. */
  Device ofTask(DeviceChoice choice) {
    TaskContext task = TaskContext.get();
    return among(choice, task == null ? Map.of() : task.resourcesJMap()).get(0);
  }

  /**
   * The devices that a choice allows.
   *
   * @return at least one
   * @throws EngineException names what is missing
   */
  List<Device> among(DeviceChoice choice, Map<String, ResourceInformation> resources) {
    List<Device> gpus =
        gpus(resources).stream().map(address -> new Device(Device.Kind.CUDA, address)).toList();
    return switch (choice) {
      case CPU -> List.of(Device.CPU);
      case AUTO ->
          usable.contains(DeviceChoice.CUDA) && !gpus.isEmpty() ? gpus : List.of(Device.CPU);
      case CUDA -> {
        if (gpus.isEmpty()) {
          throw new EngineException(
              "Cannot use a GPU: found no resource gpu, expected one, since spark.llama.device is"
                  + " cuda. Set spark.executor.resource.gpu.amount and"
                  + " spark.task.resource.gpu.amount, or spark.llama.device=auto.");
        }
        yield gpus;
      }
    };
  }
}
