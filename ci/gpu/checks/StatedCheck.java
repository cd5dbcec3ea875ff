import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.runtime.MemoryNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an engine says it needs against what ONNX Runtime takes, for slots of several numbers and
 * sizes. On a GPU that computes nothing, where CUDA itself takes no memory.
 */
final class StatedCheck implements Check {

  private static final double LEAST = 1;
  private static final double MOST = 1.2;

  private record Size(int slots, int capacity) {}

  private static final List<Size> SIZES =
      List.of(
          new Size(1, 2048),
          new Size(16, 576),
          new Size(16, 2048),
          new Size(128, 2048),
          new Size(256, 576),
          new Size(256, 4096));

  @Override
  public Finding run(Place place) {
    List<String> found = new ArrayList<>();
    boolean close = true;
    for (Size size : SIZES) {
      double ratio = ratio(place, size);
      close &= ratio >= LEAST && ratio <= MOST;
      found.add(
          String.format(Locale.ROOT, "%d slots of %d: %.2f", size.slots, size.capacity, ratio));
    }
    return new Finding(
        "stated to taken, " + String.join("; ", found),
        "each from %.2f to %.2f".formatted(LEAST, MOST),
        close);
  }

  private static double ratio(Place place, Size size) {
    EngineOptions options = place.options(size.capacity).withSlots(size.slots);
    long before = place.gpu().freeBytes();
    try (LlamaEngine engine = place.open(options)) {
      long taken = before - place.gpu().freeBytes();
      MemoryNeed need = engine.memory();
      return (double) (need.total() - need.libraries()) / taken;
    }
  }
}
