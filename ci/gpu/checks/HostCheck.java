import com.sun.jna.NativeLibrary;
import io.sparkllama.engine.EngineStats;
import io.sparkllama.engine.LlamaEngine;

/**
 * What a step costs the processor where the GPU computes nothing: the time in ONNX Runtime, and that
 * of the engine between two steps. Starting a kernel takes a real GPU some microseconds more.
 */
final class HostCheck implements Check {

  private static final int STEPS = 300;
  private static final double MICROS = 1e3;

  /** A step of 256 rows of a 1B model takes an H200 some 3 ms, and Java may not be what it waits for. */
  private static final double MOST_MICROS = 1500;

  @Override
  public Finding run(Place place) throws InterruptedException {
    try (LlamaEngine engine = place.open(DecodingRows.LENGTH);
        DecodingRows rows = DecodingRows.start(engine, place)) {
      rows.await(STEPS);
      EngineStats first = engine.stats();
      long kernels = launched();
      long start = System.nanoTime();
      rows.await(STEPS);
      double all = (System.nanoTime() - start) / MICROS;
      kernels = launched() - kernels;
      EngineStats last = engine.stats();
      double steps = last.decodeSteps() - first.decodeSteps();
      double inPasses = (last.decodeNanos() - first.decodeNanos()) / MICROS;
      return new Finding(
          "a step of %d rows: %.0f us, of which %.0f in ONNX Runtime; %.0f kernels beside cuBLAS's"
              .formatted(place.slots(), all / steps, inPasses / steps, kernels / steps),
          "at most %.0f us".formatted(MOST_MICROS),
          rows.all() && all / steps <= MOST_MICROS);
    }
  }

  private static long launched() {
    return NativeLibrary.getInstance("libcudart.so.12")
        .getFunction("spark_llama_launched")
        .invokeLong(new Object[0]);
  }
}
