/** Pipeline files: YAML in, records out, each mistake with its line. */
package io.sparkllama.jobs.pipeline.definition;
