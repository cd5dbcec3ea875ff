package io.sparkllama.spark.engine;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The models that this driver has planned with. A local folder is read again when one of its files
 * has another size or time; a remote one is taken to stay as it is while the driver lives, and
 * executors notice when it does not.
 */
final class DriverModels {

  private static final Map<String, Known> KNOWN = new ConcurrentHashMap<>();

  private record Known(long state, ModelPackage model) {}

  private DriverModels() {}

  static ModelPackage open(String model, CacheSettings cache) {
    long state = state(model);
    return KNOWN.compute(
            model,
            (key, known) ->
                known != null && known.state == state
                    ? known
                    : new Known(state, ModelPackages.open(model, Optional.empty(), cache)))
        .model;
  }

  private static long state(String model) {
    if (model.contains("://") || !Files.isDirectory(Path.of(model))) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(Path.of(model))) {
      return files
          .mapToLong(
              path ->
                  path.hashCode()
                      + 31 * (path.toFile().length() + 31 * path.toFile().lastModified()))
          .sum();
    } catch (IOException e) {
      throw new ModelException(
          "Cannot list the model %s: %s. Check the folder's rights.".formatted(model, e), e);
    }
  }
}
