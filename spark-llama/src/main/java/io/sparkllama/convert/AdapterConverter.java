package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.adapter.AdapterTarget;
import io.sparkllama.convert.adapter.NormsFile;
import io.sparkllama.convert.adapter.PeftAdapter;
import io.sparkllama.convert.adapter.RuntimeAdapter;
import io.sparkllama.convert.weights.LayerNorms;
import io.sparkllama.convert.weights.NoNorms;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** Makes a PEFT LoRA folder into a file that a package takes at run time. */
public final class AdapterConverter {

  private AdapterConverter() {}

  /**
   * Writes an {@code .onnx_adapter} file; it appears when it is complete.
   *
   * @param peft folder as PEFT saves it
   * @param model package that was converted with adapters in mind
   * @param target file to write
   * @throws ConversionException names what was found, what was expected and the remedy
   */
  public static void convert(Path peft, ModelPackage model, Path target) {
    Manifest manifest = model.manifest().orElseThrow(() -> takesNone(model));
    int most = manifest.adapterRank().orElseThrow(() -> takesNone(model));
    PeftAdapter adapter = PeftAdapter.read(peft);
    if (adapter.rank() > most) {
      throw new ConversionException(
          "Cannot use the adapter %s: found rank %d, expected at most %d. Convert the model with --lora-rank %d."
              .formatted(peft, adapter.rank(), most, adapter.rank()));
    }
    write(RuntimeAdapter.bytes(adapter, target(model, manifest)), target);
  }

  private static AdapterTarget target(ModelPackage model, Manifest manifest) {
    Manifest.Quantization quantization = manifest.quantization();
    Storage storage =
        new Storage(
            Precision.valueOf(quantization.precision().toUpperCase(Locale.ROOT)),
            quantization.block().orElse(Storage.DEFAULT_BLOCK),
            Device.valueOf(quantization.device().toUpperCase(Locale.ROOT)));
    LayerNorms norms =
        quantization.basis().isPresent()
            ? NormsFile.read(model.folder().resolve(NormsFile.NAME), model.architecture())
            : new NoNorms();
    return AdapterTarget.of(storage, model.architecture(), intermediateSize(model), norms);
  }

  private static int intermediateSize(ModelPackage model) {
    Path file = model.folder().resolve("config.json");
    try {
      JsonNode size = new ObjectMapper().readTree(file.toFile()).path("intermediate_size");
      if (size.asInt() < 1) {
        throw new ConversionException(
            "Invalid %s: found intermediate_size %s, expected a whole number. Copy the package again."
                .formatted(file, size));
      }
      return size.asInt();
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read %s: %s. Copy the package again.".formatted(file, e), e);
    }
  }

  private static void write(byte[] bytes, Path target) {
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    try {
      Files.write(partial, bytes);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot write %s: %s. Check the folder's rights and the free space.".formatted(target, e),
          e);
    } finally {
      partial.toFile().delete();
    }
  }

  private static ConversionException takesNone(ModelPackage model) {
    return new ConversionException(
        "Cannot make an adapter for %s: found a package that takes none, expected one made for them. Convert the model with --adapter or --lora-rank."
            .formatted(model.folder()));
  }
}
