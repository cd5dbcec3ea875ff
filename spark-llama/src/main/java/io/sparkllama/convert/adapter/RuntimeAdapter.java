package io.sparkllama.convert.adapter;

import io.sparkllama.convert.graph.LowRankUpdate;
import io.sparkllama.convert.weights.Matrix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Writes a PEFT adapter as the inputs of a package's graph. */
public final class RuntimeAdapter {

  private static final List<String> PACKED = List.of("q_proj", "k_proj", "v_proj");
  private static final List<String> SINGLE = List.of("o_proj", "gate_proj", "up_proj", "down_proj");

  private final PeftAdapter adapter;
  private final AdapterTarget target;
  private final ModuleSizes sizes;
  private final AdapterFile file = new AdapterFile();

  private RuntimeAdapter(PeftAdapter adapter, AdapterTarget target) {
    this.adapter = adapter;
    this.target = target;
    this.sizes = new ModuleSizes(target.architecture(), target.intermediateSize());
  }

  /** The content of an {@code .onnx_adapter} file for a package. */
  public static byte[] bytes(PeftAdapter adapter, AdapterTarget target) {
    RuntimeAdapter writer = new RuntimeAdapter(adapter, target);
    for (int layer = 0; layer < target.architecture().layers(); layer++) {
      writer.add(layer, "qkv_proj", PACKED);
      for (String module : SINGLE) {
        writer.add(layer, module, List.of(module));
      }
    }
    adapter.requireAllApplied();
    return writer.file.bytes();
  }

  /** One product, which may stand for several modules side by side. */
  private void add(int layer, String product, List<String> modules) {
    List<Optional<LowRank>> updates =
        modules.stream().map(module -> adapter.update(layer, module, sizes.of(module))).toList();
    int rank = updates.stream().mapToInt(update -> update.map(LowRank::rank).orElse(0)).sum();
    if (rank == 0) {
      return;
    }
    int columns = sizes.of(modules.get(0)).columns();
    int rows = modules.stream().mapToInt(module -> sizes.of(module).rows()).sum();
    float[][] down = new float[columns][rank];
    float[][] up = new float[rank][rows];
    int rankAt = 0;
    int rowAt = 0;
    for (int i = 0; i < modules.size(); i++) {
      String module = modules.get(i);
      if (updates.get(i).isPresent()) {
        LowRank update = updates.get(i).get();
        transpose(target.basis().inputs(layer, module, update.down()), down, 0, rankAt);
        transpose(target.basis().outputs(layer, module, update.up()), up, rankAt, rowAt);
        rankAt += update.rank();
      }
      rowAt += sizes.of(module).rows();
    }
    String name = "layers." + layer + "/" + product;
    file.add(LowRankUpdate.down(name), target.numbers().id(), encoded(down), columns, rank);
    file.add(LowRankUpdate.up(name), target.numbers().id(), encoded(up), rank, rows);
  }

  /** Puts {@code matrix[r][c]} at {@code out[row + c][column + r]}. */
  private static void transpose(Matrix matrix, float[][] out, int row, int column) {
    float[][] values = matrix.rows(0, matrix.rows());
    for (int r = 0; r < matrix.rows(); r++) {
      for (int c = 0; c < matrix.columns(); c++) {
        out[row + c][column + r] = values[r][c];
      }
    }
  }

  private ByteBuffer encoded(float[][] values) {
    ByteBuffer out =
        ByteBuffer.allocate(values.length * values[0].length * target.numbers().bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : values) {
      target.numbers().put(out, row);
    }
    return out.flip();
  }
}
