/** What engines do: looked at every few seconds, sent to the driver, given to Spark's metrics. */
package io.sparkllama.spark.monitor;
