package io.sparkllama.jobs.pipeline.check;

import io.sparkllama.errors.LlamaException;
import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.Reasons;
import io.sparkllama.jobs.pipeline.definition.NearNames;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.Step;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.spark.functions.LlamaFunctionCatalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Compares a pipeline with the columns of its source, the functions and the model. */
public final class PipelineCheck {

  private static final String TRYING = "llama_try_";

  private final SparkSession session;
  private final Pipeline pipeline;
  private final List<String> problems = new ArrayList<>();

  private PipelineCheck(SparkSession session, Pipeline pipeline) {
    this.session = session;
    this.pipeline = pipeline;
  }

  /**
   * @param session with the pipeline's confs
   * @param source rows of the source; none is read
   * @throws JobException with every mistake and its line
   */
  public static CheckedPipeline check(
      SparkSession session, Pipeline pipeline, Dataset<Row> source) {
    return new PipelineCheck(session, pipeline).check(source);
  }

  private CheckedPipeline check(Dataset<Row> source) {
    StructType columns = source.schema();
    requireNoReserved(columns);
    for (String key : pipeline.key()) {
      if (!has(columns, key)) {
        problem("key", missing("key", key, columns));
      }
    }
    List<StepCall> steps = new ArrayList<>();
    Dataset<Row> rows = source;
    for (int i = 0; i < pipeline.steps().size(); i++) {
      Step step = pipeline.steps().get(i);
      int before = problems.size();
      requireColumns("steps[%d]".formatted(i), step, columns, rows.schema());
      if (problems.size() == before) {
        LlamaCall call = call("steps[%d]".formatted(i), step, rows);
        if (call != null) {
          steps.add(stepCall("steps[%d]".formatted(i), step, call, columns));
          rows = rows.withColumn(step.column(), functions.lit(null).cast(type(call)));
        }
      }
    }
    throwIfAny();
    return new CheckedPipeline(pipeline, columns, steps);
  }

  private void requireNoReserved(StructType columns) {
    Arrays.stream(columns.fieldNames())
        .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(CheckedPipeline.PROVENANCE))
        .forEach(
            name ->
                problem(
                    "source",
                    "found column %s, expected none whose name begins with _llama. Rename it."
                        .formatted(name)));
  }

  private void requireColumns(String path, Step step, StructType source, StructType rows) {
    if (has(source, step.column())) {
      problem(
          path + ".column",
          "found %s, which is a column of the source, expected another name. Change it."
              .formatted(step.column()));
    }
    if (step.column().toLowerCase(Locale.ROOT).startsWith(CheckedPipeline.PROVENANCE)) {
      problem(
          path + ".column",
          "found %s, expected a name that does not begin with _llama. Change it."
              .formatted(step.column()));
    }
    for (String input : step.inputs()) {
      if (!has(rows, input)) {
        problem(path + ".input", missing("input", input, rows));
      }
    }
    List<String> functions = functionNames();
    if (!functions.contains(step.function().toLowerCase(Locale.ROOT))) {
      problem(
          path + ".function",
          "found unknown function %s, %s"
              .formatted(step.function(), NearNames.expected(step.function(), functions)));
    }
  }

  /** Those that say why a row has no answer. */
  public static List<String> functionNames() {
    return LlamaFunctionCatalog.overRows().stream()
        .map(function -> function.name())
        .filter(name -> name.startsWith(TRYING))
        .map(name -> name.replace(TRYING, "llama_"))
        .toList();
  }

  private static String missing(String what, String name, StructType columns) {
    return "found %s %s, which is no column; %s"
        .formatted(what, name, NearNames.expected(name, List.of(columns.fieldNames())));
  }

  private LlamaCall call(String path, Step step, Dataset<Row> rows) {
    try {
      return analyzed(rows, StepCall.sql(step));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      boolean ours = e instanceof LlamaException || e.getCause() instanceof LlamaException;
      problem(ours ? path + ".options" : path, ours ? Reasons.of(e) : firstLine(e));
    }
    return null;
  }

  /**
   * The call that a SQL expression makes over some rows.
   *
   * @param sql of one function
   */
  public static LlamaCall analyzed(Dataset<Row> rows, String sql) {
    Project project = (Project) rows.selectExpr(sql + " AS answer").queryExecution().analyzed();
    return (LlamaCall) ((Alias) project.projectList().head()).child();
  }

  private static DataType type(LlamaCall call) {
    return ((StructType) call.dataType()).apply("value").dataType();
  }

  private StepCall stepCall(String path, Step step, LlamaCall call, StructType source) {
    List<StepInput> inputs =
        step.inputs().stream()
            .map(
                name ->
                    new StepInput(
                        name, has(source, name) ? StepInput.Origin.SOURCE : StepInput.Origin.STEP))
            .toList();
    try {
      return new StepCall(
          step,
          inputs,
          type(call),
          AnswerKind.of(call.spec().task(), type(call)),
          CallIdentity.of(call, session.sessionState().newHadoopConf()));
    } catch (LlamaException e) {
      throw pipeline
          .places()
          .invalid(
              step.options().containsKey("model") ? path + ".options.model" : "model",
              e.getMessage());
    } catch (JobException e) {
      throw pipeline.places().invalid(path + ".options.adapter", e.getMessage());
    }
  }

  private static boolean has(StructType columns, String name) {
    return Arrays.stream(columns.fieldNames()).anyMatch(name::equalsIgnoreCase);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  private void problem(String path, String message) {
    problems.add(pipeline.places().of(path) + ": " + message);
  }

  private void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new JobException("Invalid pipeline.\n" + String.join("\n", problems));
    }
  }
}
