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
    System.setProperty("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    // Nor is there anything to adapt to, but each stage would be a job of its own.
    System.setProperty("spark.sql.adaptive.enabled", "false");
    // A task may fail once, as in a cluster.
    Session.LOCAL.forEach(System::setProperty);
    System.setProperty("spark.master", "local[*, 2]");
    return Session.open("test");
  }
}
