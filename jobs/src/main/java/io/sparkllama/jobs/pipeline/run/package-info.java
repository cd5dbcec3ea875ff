/** One run of a pipeline: what changed is answered once and brought into the sink. */
package io.sparkllama.jobs.pipeline.run;
