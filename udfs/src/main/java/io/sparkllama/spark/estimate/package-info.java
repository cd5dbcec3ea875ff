/** What the calls of a query would cost, without running the model. */
package io.sparkllama.spark.estimate;
