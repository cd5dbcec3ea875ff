/** The session confs under {@code spark.llama}, read in one place. */
package io.sparkllama.spark.settings;
