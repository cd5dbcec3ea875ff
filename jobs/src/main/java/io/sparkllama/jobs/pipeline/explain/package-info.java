/** How one row of a sink came about. */
package io.sparkllama.jobs.pipeline.explain;
