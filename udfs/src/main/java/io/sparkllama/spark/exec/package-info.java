/** The physical node: rows read ahead, texts sent to the engine, rows handed on in order. */
package io.sparkllama.spark.exec;
