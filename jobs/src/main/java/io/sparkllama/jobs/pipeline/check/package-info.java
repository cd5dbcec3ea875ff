/** A pipeline against its source, its model and the functions, before anything is asked. */
package io.sparkllama.jobs.pipeline.check;
