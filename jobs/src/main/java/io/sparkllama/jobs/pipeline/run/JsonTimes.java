package io.sparkllama.jobs.pipeline.run;

import java.util.Map;

/** How times are written as JSON: to the microsecond and in one zone, so that they come back. */
final class JsonTimes {

  /** Options of Spark's JSON functions. */
  static final Map<String, String> OPTIONS =
      Map.of(
          "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
          "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
          "timeZone", "UTC");

  private JsonTimes() {}
}
