/** The SQL functions: names, arguments, and the expression that stands for a call in a plan. */
package io.sparkllama.spark.functions;
