package io.sparkllama.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.EngineException;
import io.sparkllama.spark.settings.DeviceChoice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class DevicesTest {

  private static final Map<String, ResourceInformation> NONE = Map.of();
  private static final Map<String, ResourceInformation> TWO_GPUS =
      Map.of(
          "fpga", new ResourceInformation("fpga", new String[] {"f1"}),
          "gpu", new ResourceInformation("gpu", new String[] {"3", "5"}));

  private final Devices cpuBuild = Devices.ofThisBuild();
  private final Devices cudaBuild =
      new Devices(Set.of(DeviceChoice.AUTO, DeviceChoice.CPU, DeviceChoice.CUDA));

  @Test
  void takesTheGpusThatSparkGaveWhereEnginesCanUseThem() {
    assertThat(cudaBuild.among(DeviceChoice.AUTO, TWO_GPUS))
        .extracting(Device::toString)
        .containsExactly("cuda:3", "cuda:5");
    assertThat(cudaBuild.among(DeviceChoice.CUDA, TWO_GPUS)).hasSize(2);
    assertThat(cudaBuild.among(DeviceChoice.AUTO, NONE)).isEqualTo(List.of(Device.CPU));
    assertThat(cudaBuild.among(DeviceChoice.CPU, TWO_GPUS)).isEqualTo(List.of(Device.CPU));
  }

  @Test
  void leavesGpusAloneWhereEnginesCannotUseThem() {
    assertThat(cpuBuild.among(DeviceChoice.AUTO, TWO_GPUS)).isEqualTo(List.of(Device.CPU));
    assertThat(Devices.gpus(TWO_GPUS)).containsExactly("3", "5");
    assertThat(Devices.gpus(NONE)).isEmpty();
  }

  @Test
  void aGpuThatIsAskedForMustBeThere() {
    assertThatThrownBy(() -> cudaBuild.among(DeviceChoice.CUDA, NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("found no resource gpu, expected one")
        .hasMessageContaining("spark.executor.resource.gpu.amount");
  }
}
