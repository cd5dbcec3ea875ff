package io.sparkllama.jobs;

import org.apache.spark.sql.SparkSession;

/** The one Spark of the module's tests, as commands open it. */
public final class SharedSession {

  private SharedSession() {}

  public static SparkSession open() {
    return Session.open("test");
  }
}
