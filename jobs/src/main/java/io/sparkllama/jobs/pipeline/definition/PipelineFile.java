package io.sparkllama.jobs.pipeline.definition;

import io.sparkllama.jobs.JobException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads pipeline files. */
public final class PipelineFile {

  private static final String FUNCTION_PREFIX = "llama_";
  private static final String CONF_PREFIX = "spark.";

  private final Problems problems;

  private PipelineFile(Problems problems) {
    this.problems = problems;
  }

  /**
   * @param file for messages
   * @param yaml content of the file
   * @throws JobException with every mistake and its line
   */
  public static Pipeline parse(String file, String yaml) {
    Problems problems = new Problems("pipeline", file);
    Section root = Section.root(yaml, "a pipeline", problems);
    Pipeline pipeline = new PipelineFile(problems).pipeline(root);
    problems.throwIfAny();
    return pipeline;
  }

  private Pipeline pipeline(Section file) {
    Section sinkPart = file.section("sink", "path or table of the Delta table to write");
    TableName sink = table(sinkPart);
    sinkPart.close();
    Pipeline pipeline =
        new Pipeline(
            file.text("name", "a name by which the pipeline's results and runs are known"),
            file.text("model", "path or URI of the model package"),
            source(file.section("source", "format and path, or table, of the rows to read")),
            file.texts("key", "the columns that tell rows apart"),
            steps(file),
            sink,
            file.text("state").orElseGet(() -> state(file, sink)),
            file.choice("on_error", Pipeline.OnError.class, Pipeline.OnError.QUARANTINE),
            file.share("max_error_rate"),
            file.truth("reuse") ? Pipeline.Reuse.SHARED : Pipeline.Reuse.OWN,
            file.has("gate") ? Optional.of(gate(file.section("gate"))) : Optional.empty(),
            conf(file),
            problems.places());
    requireOnce(file, "key", pipeline.key());
    requireName(file, pipeline.name());
    file.close();
    return pipeline;
  }

  /** A name becomes a folder and a part of transaction names. */
  private static void requireName(Section file, String name) {
    if (!name.isEmpty() && !name.matches("[A-Za-z0-9._-]{1,100}")) {
      file.problem(
          "name",
          "found %s in name, expected at most 100 letters, digits, dots, dashes and underscores."
              .formatted(name));
    }
  }

  private static String state(Section file, TableName sink) {
    if (sink instanceof TableName.InCatalog) {
      file.problem(
          "sink",
          "Missing state, expected a folder for what the pipeline remembers, since the sink is a"
              + " table of the catalog. Add it.");
    }
    return sink.text().replaceFirst("/+$", "") + ".pipeline";
  }

  private static Source source(Section part) {
    Section options = part.section("options");
    Source source =
        new Source(
            part.text("format").orElse("delta").toLowerCase(Locale.ROOT),
            table(part),
            options.allTexts(),
            part.truth("stream") ? Source.Reading.STREAM : Source.Reading.BATCH);
    part.close();
    return source;
  }

  private static TableName table(Section part) {
    if (part.has("table") && part.has("path")) {
      part.problem("table", "found path and table, expected one of them. Leave one out.");
    }
    return part.has("table")
        ? new TableName.InCatalog(part.text("table").orElseThrow())
        : new TableName.AtPath(part.text("path", "a path or URI, or a table"));
  }

  private static List<Step> steps(Section file) {
    List<Section> parts =
        file.sections("steps", "at least one step with column, function and input");
    Set<String> columns = new HashSet<>();
    return parts.stream()
        .map(
            part -> {
              Step step = step(part);
              if (!columns.add(step.column().toLowerCase(Locale.ROOT))) {
                part.problem(
                    "column",
                    "found column %s in two steps, expected another. Change one."
                        .formatted(step.column()));
              }
              return step;
            })
        .toList();
  }

  /** With or without its prefix in the file. */
  static String functionName(String name) {
    return name.startsWith(FUNCTION_PREFIX) ? name : FUNCTION_PREFIX + name;
  }

  private static Step step(Section part) {
    String function = part.text("function", "a function such as sentiment");
    Step step =
        new Step(
            part.text("column", "a name for the answer's column"),
            functionName(function),
            part.texts("input", "a column, or a list of columns"),
            part.section("options").allConstants());
    part.close();
    return step;
  }

  private static Gate gate(Section part) {
    Gate gate =
        new Gate(
            source(part.section("source", "labelled rows")),
            part.text("step", "the column of a step"),
            part.text("expected", "the column with the right answers"),
            part.share("min_accuracy").orElse(1.0));
    if (!part.has("min_accuracy")) {
      part.problem(
          "min_accuracy", "Missing gate.min_accuracy, expected a share such as 0.8. Add it.");
    }
    part.close();
    return gate;
  }

  private static Map<String, String> conf(Section file) {
    Map<String, String> conf = new LinkedHashMap<>();
    Section part = file.section("conf");
    part.allTexts()
        .forEach(
            (name, value) -> {
              if (!name.startsWith(CONF_PREFIX)) {
                part.problem(
                    name,
                    "found %s in conf, expected names that begin with spark.".formatted(name));
              }
              conf.put(name, value);
            });
    return conf;
  }

  private static void requireOnce(Section part, String name, List<String> values) {
    Set<String> seen = new HashSet<>();
    values.stream()
        .filter(value -> !seen.add(value.toLowerCase(Locale.ROOT)))
        .forEach(
            value ->
                part.problem(
                    name, "found %s twice in %s, expected it once.".formatted(value, name)));
  }
}
