package io.sparkllama.spark.settings;

import java.io.Serializable;

/**
 * Executors with GPUs, which stages with calls run on while other stages run on the application's.
 *
 * @param gpus of each executor; 0 for no such executors
 * @param cores of each; 0 for as many as the application's executors have
 * @param memory of each one's heap, such as {@code 4g}; empty for that of the application's
 * @param discoveryScript tells an executor its GPUs where the cluster manager does not; may be
 *     empty
 */
public record GpuExecutors(int gpus, int cores, String memory, String discoveryScript)
    implements Serializable {}
