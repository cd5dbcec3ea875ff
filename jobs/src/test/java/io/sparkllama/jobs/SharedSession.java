package io.sparkllama.jobs;

import org.apache.spark.sql.SparkSession;

/** The one Spark of the module's tests, as commands open it; its local disk can run full. */
public final class SharedSession {

  private SharedSession() {}

  /** For a few rows each: to compile or adapt a plan takes longer than to run it as it is. */
  public static SparkSession open() {
    System.setProperty("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    System.setProperty("spark.sql.adaptive.enabled", "false");
    // A task may fail once, as in a cluster.
    Session.LOCAL.forEach(System::setProperty);
    System.setProperty("spark.master", "local[*, 2]");
    return openForMany();
  }

  /** For many rows, in a process of its own. */
  public static SparkSession openForMany() {
    System.setProperty("spark.hadoop.fs.file.impl", SmallDisk.class.getName());
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.sql.codegen.wholeStage", "false");
    return Session.open("test");
  }
}
