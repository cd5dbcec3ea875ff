/** Labelled rows are scored before a run writes; a model that does not do well enough stops it. */
package io.sparkllama.jobs.pipeline.gate;
