/** The engines of an executor, shared by its tasks. */
package io.sparkllama.spark.engine;
