/** First steps: the jobs over the sample data, in one process. */
package io.sparkllama.examples;
