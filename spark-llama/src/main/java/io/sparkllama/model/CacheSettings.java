package io.sparkllama.model;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where packages from other file systems are kept, and how those are reached.
 *
 * @param folder local folder that processes of this machine share; made when it is not there
 * @param hadoop settings of the Hadoop client, over those of its own files
 */
public record CacheSettings(String folder, Map<String, String> hadoop) implements Serializable {

  /** Environment variable that names another folder. */
  public static final String FOLDER_VARIABLE = "SPARK_LLAMA_CACHE";

  public CacheSettings {
    hadoop = Map.copyOf(hadoop);
  }

  /**
   * The folder in {@value #FOLDER_VARIABLE}, or {@code spark-llama-models-USER} among the temporary
   * files; no Hadoop settings.
   */
  public static CacheSettings defaults() {
    String named = System.getenv(FOLDER_VARIABLE);
    return new CacheSettings(
        named != null && !named.isBlank()
            ? named
            : Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "spark-llama-models-" + System.getProperty("user.name"))
                .toString(),
        Map.of());
  }

  public CacheSettings withFolder(String newFolder) {
    return new CacheSettings(newFolder, hadoop);
  }

  public CacheSettings withHadoop(Map<String, String> newHadoop) {
    return new CacheSettings(folder, newHadoop);
  }

  /** Leaves the values out: they may hold keys. */
  @Override
  public String toString() {
    return "CacheSettings[" + folder + "]";
  }
}
