package io.sparkllama.finetune;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.convert.AdapterConverter;
import io.sparkllama.convert.NewFolder;
import io.sparkllama.convert.safetensors.SafeTensorsWriter;
import io.sparkllama.convert.safetensors.SafeTensorsWriter.Values;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Writes an adapter: the two files of PEFT, the same as an {@code .onnx_adapter} for the package,
 * and how it was trained.
 *
 * @param request says for which package
 */
record AdapterFolder(FinetuneRequest request) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Name of the file for the package. */
  static String fileName(Path output) {
    return output.toAbsolutePath().normalize().getFileName() + ".onnx_adapter";
  }

  /**
   * @param target folder to make; it appears when it is complete
   * @param matrices by PEFT's names
   */
  void write(
      Path target,
      Map<String, Values> matrices,
      FinetuneProgress progress,
      Optional<Evaluation> before,
      Optional<Evaluation> now) {
    try (NewFolder folder = NewFolder.create(target)) {
      SafeTensorsWriter.write(folder.file("adapter_model.safetensors"), matrices);
      JSON.writerWithDefaultPrettyPrinter()
          .writeValue(folder.file("adapter_config.json").toFile(), config());
      JSON.writerWithDefaultPrettyPrinter()
          .writeValue(folder.file("training.json").toFile(), training(progress, before, now));
      AdapterConverter.convert(
          folder.root(), request.model(), folder.file(fileName(request.output())));
      folder.publish();
    } catch (IOException e) {
      throw io(target, e);
    }
  }

  private static RuntimeException io(Path target, IOException e) {
    return new ConversionException(
        "Cannot write %s: %s. Check the folder's rights and the free space.".formatted(target, e),
        e);
  }

  private ObjectNode config() {
    FinetuneOptions options = request.options();
    ObjectNode config = JSON.createObjectNode();
    config.put("peft_type", "LORA");
    config.put("task_type", "CAUSAL_LM");
    config.put("base_model_name_or_path", Path.of(request.base()).getFileName().toString());
    config.put("r", options.rank());
    config.put("lora_alpha", options.alpha());
    config.put("lora_dropout", 0.0);
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("init_lora_weights", true);
    config.put("inference_mode", true);
    config.put("use_rslora", false);
    config.put("use_dora", false);
    ArrayNode targets = config.putArray("target_modules");
    options.targets().stream().sorted().forEach(target -> targets.add(target.module()));
    return config;
  }

  private ObjectNode training(
      FinetuneProgress progress, Optional<Evaluation> before, Optional<Evaluation> now) {
    FinetuneOptions options = request.options();
    ObjectNode training = JSON.createObjectNode();
    training.put("steps", progress.step());
    training.put("tokens", progress.tokens());
    training.put("seconds", progress.elapsed().toSeconds());
    training.put("learning_rate", options.learningRate());
    training.put("batch_tokens", options.batchTokens());
    training.put("seed", options.seed());
    training.put("model_sha256", request.model().sha256());
    before.ifPresent(found -> put(training.putObject("held_out_before"), found));
    now.ifPresent(found -> put(training.putObject("held_out"), found));
    return training;
  }

  private static void put(ObjectNode node, Evaluation evaluation) {
    node.put("loss", evaluation.loss());
    evaluation.accuracy().ifPresent(accuracy -> node.put("accuracy", accuracy));
  }
}
