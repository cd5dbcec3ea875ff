import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.CudaSupport;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs one check and prints its row of the table; run by ci/gpu-check.sh.
 *
 * <p>{@code java GpuChecks CHECK LABEL}, with the rest in system properties: {@code device}
 * ("cuda:0" or "stand-in"), {@code model}, {@code rows}, {@code slots}, {@code seconds}, {@code
 * expected}, {@code adapter}, {@code close}. {@code java GpuChecks obstacle N} prints why GPU N
 * cannot be used, or nothing.
 */
public final class GpuChecks {

  private static final String STAND_IN = "stand-in: CPU by a GPU's way";

  private static final Map<String, Check> CHECKS =
      Map.of(
          "load", new LoadCheck(),
          "golden", new GoldenCheck(),
          "kv", new CopiesCheck(),
          "host", new HostCheck(),
          "speed", new SpeedCheck(),
          "memory", new OutOfMemoryCheck(),
          "engines", new EnginesCheck(),
          "cancel", new CancelCheck(),
          "soak", new SoakCheck(),
          "stated", new StatedCheck());

  private GpuChecks() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("obstacle")) {
      CudaSupport.obstacle(Integer.parseInt(args[1])).ifPresent(System.out::println);
      System.exit(0);
    }
    Place place = place();
    Finding finding = CHECKS.get(args[0]).run(place);
    System.out.printf(
        "| %s | %s | %s | %s | %s |%n",
        args[1],
        place.onGpu() ? place.gpu().name() : STAND_IN,
        finding.found(),
        finding.expected(),
        finding.passed() ? "passed" : "FAILED");
    System.exit(finding.passed() ? 0 : 1);
  }

  private static Place place() {
    String device = System.getProperty("device");
    return new Place(
        device.equals("stand-in")
            ? new ComputeDevice.CpuAsGpu()
            : ComputeDevice.parse(device, ComputeDevice.DEFAULT_MEMORY_FRACTION),
        Path.of(System.getProperty("model")),
        Path.of(System.getProperty("rows")),
        Integer.getInteger("slots"),
        Integer.getInteger("seconds"),
        Double.parseDouble(System.getProperty("expected", "0")),
        System.getProperty("adapter", ""),
        Double.parseDouble(System.getProperty("close", "0.05")));
  }
}
