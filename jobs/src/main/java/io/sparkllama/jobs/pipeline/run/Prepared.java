package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.lit;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.PipelineCheck;
import java.sql.Timestamp;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A pipeline that has been checked against everything outside of it.
 *
 * @param pipeline with its steps
 * @param source its rows as they are now
 * @param sink where they go
 */
record Prepared(CheckedPipeline pipeline, SourceRows source, SinkTable sink) {

  /** Reads no row and writes nothing. */
  static Prepared of(RunContext run) {
    SourceRows source =
        SourceRows.open(
            run.session(), run.definition().source(), run.definition().places(), "source");
    CheckedPipeline pipeline = PipelineCheck.check(run.session(), run.definition(), source.rows());
    Dataset<Row> todo = RowHashes.add(source.rows(), pipeline).withColumn(Changes.ADDED, lit(true));
    AnsweredRows answered =
        new AnsweredRows(
            pipeline,
            run.runId(),
            Timestamp.from(run.started()),
            todo,
            call -> run.results().none(),
            run.journal().noFailures());
    SinkTable sink = new SinkTable(run.session(), run.definition(), answered.all().schema());
    sink.requireFit();
    return new Prepared(pipeline, source, sink);
  }
}
