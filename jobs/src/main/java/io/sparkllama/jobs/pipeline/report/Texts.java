package io.sparkllama.jobs.pipeline.report;

/** Whether texts of rows are shown. */
public enum Texts {
  HIDDEN,
  SHOWN
}
