/** LLaMA 3 in Spark SQL: entry points. */
package io.sparkllama.spark;
