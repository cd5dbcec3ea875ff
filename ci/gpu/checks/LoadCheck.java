import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.runtime.device.Gpu;
import java.util.List;
import java.util.Random;

/** Native libraries load, the device is seen, and an engine on it answers. */
final class LoadCheck implements Check {

  private static final int LENGTH = 8;

  @Override
  public Finding run(Place place) {
    long start = System.nanoTime();
    try (LlamaEngine engine = place.open(64)) {
      int tokens =
          Rows.answers(engine, List.of(Rows.full(Rows.random(new Random(1), LENGTH), LENGTH)))
              .get(0)
              .generatedTokens();
      return new Finding(
          "%s; first answer of %d tokens %.1f s after the start"
              .formatted(device(place), tokens, Rows.seconds(start)),
          "an answer of %d tokens".formatted(LENGTH),
          tokens == LENGTH && engine.device().equals(place.device()));
    }
  }

  private static String device(Place place) {
    if (!place.onGpu()) {
      return "no GPU";
    }
    Gpu gpu = place.gpu();
    return "compute capability %d.%d, %,d of %,d MiB free"
        .formatted(
            gpu.major(), gpu.minor(), gpu.freeBytes() / Place.MEBI, gpu.totalBytes() / Place.MEBI);
  }
}
