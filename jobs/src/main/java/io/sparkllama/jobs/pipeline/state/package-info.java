/** What a pipeline remembers between runs. */
package io.sparkllama.jobs.pipeline.state;
