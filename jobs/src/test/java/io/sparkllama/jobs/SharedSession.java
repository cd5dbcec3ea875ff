package io.sparkllama.jobs;

import org.apache.spark.sql.SparkSession;

/** The one Spark of the module's tests, as commands open it; its local disk can run full. */
public final class SharedSession {

  private SharedSession() {}

  public static SparkSession open() {
    System.setProperty("spark.hadoop.fs.file.impl", SmallDisk.class.getName());
    System.setProperty("spark.ui.enabled", "false");
    // A few rows each: to compile a plan takes longer than to interpret it.
    System.setProperty("spark.sql.codegen.wholeStage", "false");
    return Session.open("test");
  }
}
