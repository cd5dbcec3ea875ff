package io.sparkllama.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.EngineException;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.spark.settings.DeviceChoice;
import io.sparkllama.spark.settings.DeviceSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class DevicesTest {

  private static final double FRACTION = 0.5;
  private static final Map<String, ResourceInformation> NONE = Map.of();
  private static final Map<String, ResourceInformation> TWO_GPUS =
      Map.of(
          "fpga", new ResourceInformation("fpga", new String[] {"f1"}),
          "gpu", new ResourceInformation("gpu", new String[] {"3", "5"}));

  private final Devices cpuBuild = Devices.ofThisProcess();
  private final Devices cudaBuild = new Devices(number -> Optional.empty(), () -> false);

  @Test
  void takesTheGpusThatSparkGaveWhereEnginesCanUseThem() {
    assertThat(among(cudaBuild, DeviceChoice.AUTO, TWO_GPUS))
        .extracting(ComputeDevice::label)
        .containsExactly("cuda:3", "cuda:5");
    assertThat(among(cudaBuild, DeviceChoice.CUDA, TWO_GPUS)).hasSize(2);
    assertThat(among(cudaBuild, DeviceChoice.AUTO, NONE)).isEqualTo(List.of(ComputeDevice.CPU));
    assertThat(among(cudaBuild, DeviceChoice.CPU, TWO_GPUS)).isEqualTo(List.of(ComputeDevice.CPU));
  }

  /** Of a model with stages each is on a GPU that Spark gave, whatever their numbers. */
  @Test
  void anEngineHasAllGpusOfATask() {
    DeviceSettings settings = new DeviceSettings(DeviceChoice.CUDA, FRACTION);
    assertThat(cudaBuild.among(settings, TWO_GPUS, 2))
        .containsExactly(new ComputeDevice.Cuda(3, FRACTION, List.of(5)));
  }

  @Test
  void leavesGpusAloneWhereEnginesCannotUseThem() {
    assertThat(among(cpuBuild, DeviceChoice.AUTO, TWO_GPUS)).isEqualTo(List.of(ComputeDevice.CPU));
    assertThat(Devices.gpus(TWO_GPUS)).containsExactly("3", "5");
    assertThat(Devices.gpus(NONE)).isEmpty();
  }

  @Test
  void leavesAGpuAloneThatDoesNotFitAndAsksItOnce() {
    AtomicInteger asked = new AtomicInteger();
    Devices old =
        new Devices(
            number -> {
              asked.incrementAndGet();
              return number == 5 ? Optional.of("Cannot use a GPU: it is old.") : Optional.empty();
            },
            () -> false);
    for (int i = 0; i < 3; i++) {
      assertThat(among(old, DeviceChoice.AUTO, TWO_GPUS)).containsExactly(ComputeDevice.CPU);
    }
    assertThat(asked).hasValue(2);
  }

  /** Spark's local mode has no GPUs to give. */
  @Test
  void takesTheFirstGpuInLocalModeWhereOneIsDemanded() {
    Devices local = new Devices(number -> Optional.empty(), () -> true);
    assertThat(among(local, DeviceChoice.CUDA, NONE))
        .containsExactly(new ComputeDevice.Cuda(0, FRACTION));
    assertThat(among(local, DeviceChoice.AUTO, NONE)).containsExactly(ComputeDevice.CPU);
  }

  @Test
  void anAddressIsANumber() {
    Map<String, ResourceInformation> named =
        Map.of("gpu", new ResourceInformation("gpu", new String[] {"GPU-8a1f"}));
    assertThatThrownBy(() -> among(cudaBuild, DeviceChoice.CUDA, named))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(
            "Cannot use the GPU GPU-8a1f: found an address that is no number, expected");
  }

  @Test
  void aGpuThatIsAskedForMustBeThere() {
    assertThatThrownBy(() -> among(cudaBuild, DeviceChoice.CUDA, NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("found no resource gpu, expected one")
        .hasMessageContaining("spark.executor.resource.gpu.amount");
  }

  private static List<ComputeDevice> among(
      Devices devices, DeviceChoice choice, Map<String, ResourceInformation> resources) {
    return devices.among(new DeviceSettings(choice, FRACTION), resources, 1);
  }
}
