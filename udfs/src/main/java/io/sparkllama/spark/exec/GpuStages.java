package io.sparkllama.spark.exec;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.settings.DeviceChoice;
import io.sparkllama.spark.settings.GpuExecutors;
import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Asks Spark for executors with GPUs where calls are answered, so that scans, joins and sorts of
 * the same application may run on cheaper ones (Spark's stage-level scheduling). Local mode has
 * none.
 */
final class GpuStages {

  private static final String GPU = "gpu";

  /** Profiles are never forgotten by Spark, so equal ones are one. */
  private static final Map<Key, ResourceProfile> PROFILES = new ConcurrentHashMap<>();

  private record Key(String application, GpuExecutors executors) {}

  private GpuStages() {}

  /** The same rows, of a stage on executors with GPUs where the session asks for such. */
  static RDD<InternalRow> place(
      RDD<InternalRow> rows, LlamaSettings settings, GpuExecutors wanted) {
    SparkContext spark = rows.sparkContext();
    if (wanted.gpus() == 0 || settings.device().choice() == DeviceChoice.CPU || spark.isLocal()) {
      return rows;
    }
    requireDynamicAllocation(spark);
    return rows.withResources(
        PROFILES.computeIfAbsent(
            new Key(spark.applicationId(), wanted), key -> profile(spark, wanted)));
  }

  private static void requireDynamicAllocation(SparkContext spark) {
    if (!spark.conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new RequestException(
          "Cannot answer calls on executors with GPUs, which %s asks for: found spark.dynamicAllocation.enabled=false, expected true. Set it when the application starts, or %s=0."
              .formatted(LlamaConf.GPU_AMOUNT.key(), LlamaConf.GPU_AMOUNT.key()));
    }
  }

  private static ResourceProfile profile(SparkContext spark, GpuExecutors wanted) {
    int cores =
        wanted.cores() == 0 ? spark.conf().getInt("spark.executor.cores", 1) : wanted.cores();
    int cpus = spark.conf().getInt("spark.task.cpus", 1);
    String memory =
        wanted.memory().isBlank()
            ? spark.conf().get("spark.executor.memory", "1g")
            : wanted.memory();
    ExecutorResourceRequests executor =
        new ExecutorResourceRequests()
            .cores(cores)
            .memory(memory)
            .resource(GPU, wanted.gpus(), wanted.discoveryScript(), "");
    TaskResourceRequests task =
        new TaskResourceRequests().cpus(cpus).resource(GPU, share(wanted.gpus(), cores / cpus));
    return new ResourceProfileBuilder().require(executor).require(task).build();
  }

  /** GPUs of a task: whole ones, or a part so that as many tasks as there are cores share one. */
  private static double share(int gpus, int tasks) {
    int whole = gpus / Math.max(1, tasks);
    int tasksOfOne = (tasks + gpus - 1) / gpus;
    return whole > 0 ? whole : 1.0 / tasksOfOne;
  }
}
