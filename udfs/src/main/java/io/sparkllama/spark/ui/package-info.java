/** The Llama tab of the Spark UI. */
package io.sparkllama.spark.ui;
