package io.sparkllama.spark.monitor;

import java.io.Serializable;
import java.util.List;

/**
 * What an executor tells the driver.
 *
 * @param executor its id
 * @param host its machine
 * @param gpus addresses of the GPUs that Spark gave it
 * @param residentBytes memory that its process has, heap and mapped files included; 0 where the
 *     system does not tell
 * @param engines its engines
 * @param millis when, since the epoch
 */
public record EngineReport(
    String executor,
    String host,
    List<String> gpus,
    long residentBytes,
    List<EngineSample> engines,
    long millis)
    implements Serializable {}
