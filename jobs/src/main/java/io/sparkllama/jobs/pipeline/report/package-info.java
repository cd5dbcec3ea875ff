/** What a run did, as a page that needs nothing beside itself. */
package io.sparkllama.jobs.pipeline.report;
