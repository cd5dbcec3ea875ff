/** Calls are taken out of expressions into a logical node of their own. */
package io.sparkllama.spark.plan;
