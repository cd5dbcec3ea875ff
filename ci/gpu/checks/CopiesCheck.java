import com.sun.jna.NativeLibrary;
import io.sparkllama.engine.EngineStats;
import io.sparkllama.engine.LlamaEngine;

/**
 * Keys, values and logits stay on the GPU, and an adapter's matrices: the bytes that ONNX Runtime
 * copies over the bus are counted (by copies.c) while all slots decode and no prompt is read.
 */
final class CopiesCheck implements Check {

  // Of cudaMemcpyKind; the last one is a direction that CUDA finds out.
  private static final int HOST_TO_DEVICE = 1;
  private static final int DEVICE_TO_HOST = 2;
  private static final int DEFAULT = 4;

  private static final int STEPS = 100;

  /** Ids, lengths and the likeliest tokens; the logits of 128,256 tokens have 513,024. */
  private static final double MOST_BYTES_OF_A_ROW = 4096;

  private record Count(long in, long out, long unknown, EngineStats stats) {}

  @Override
  public Finding run(Place place) throws InterruptedException {
    try (LlamaEngine engine = place.open(DecodingRows.LENGTH);
        DecodingRows rows = DecodingRows.start(engine, place)) {
      Count first = count(engine);
      rows.await(STEPS);
      return compare(first, count(engine), rows.all());
    }
  }

  private static Count count(LlamaEngine engine) {
    return new Count(
        copied(HOST_TO_DEVICE), copied(DEVICE_TO_HOST), copied(DEFAULT), engine.stats());
  }

  private static long copied(int kind) {
    return NativeLibrary.getProcess()
        .getFunction("spark_llama_copied")
        .invokeLong(new Object[] {kind});
  }

  private static Finding compare(Count first, Count last, boolean all) {
    long steps = last.stats.decodeSteps() - first.stats.decodeSteps();
    double rows = last.stats.decodedRows() - first.stats.decodedRows();
    double in = (last.in - first.in) / rows;
    double out = (last.out - first.out) / rows;
    double unknown = (last.unknown - first.unknown) / rows;
    return new Finding(
        "%.0f bytes a row to the GPU, %.0f back, %.0f of unknown direction, in %d steps of %.0f rows"
            .formatted(in, out, unknown, steps, rows / steps),
        "together above 0 and at most %.0f".formatted(MOST_BYTES_OF_A_ROW),
        all && in > 0 && out > 0 && in + out + unknown <= MOST_BYTES_OF_A_ROW);
  }
}
