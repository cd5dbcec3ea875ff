package io.sparkllama.convert;

/** Hears how far a conversion is; called on the converting thread, often. */
@FunctionalInterface
public interface ProgressListener {

  ProgressListener SILENT = (done, total) -> {};

  /**
   * @param done weights written
   * @param total weights in all
   */
  void advanced(long done, long total);
}
