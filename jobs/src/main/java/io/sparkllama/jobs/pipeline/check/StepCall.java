package io.sparkllama.jobs.pipeline.check;

import io.sparkllama.jobs.pipeline.definition.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;

/**
 * A step whose function, model and inputs are known.
 *
 * @param step as the file has it
 * @param inputs where its columns come from
 * @param answer type of its column
 * @param kind what its answers are
 * @param identity what its answers depend on beside the inputs
 */
public record StepCall(
    Step step, List<StepInput> inputs, DataType answer, AnswerKind kind, CallIdentity identity) {

  public StepCall {
    inputs = List.copyOf(inputs);
  }

  /** Name of the answer's column. */
  public String column() {
    return step.column();
  }

  /** The call in SQL, as it is asked where no row may fail the query. */
  public String sql() {
    return sql(step);
  }

  /** The same for a step that has not been checked. */
  public static String sql(Step step) {
    String options =
        step.options().entrySet().stream()
            .map(option -> ", " + quoted(option.getKey()) + " => " + option.getValue().sql())
            .collect(Collectors.joining());
    return step.function().replaceFirst("^llama_", "llama_try_")
        + "("
        + input(step)
        + options
        + ")";
  }

  /** Texts of several columns with a blank line between them; NULL where none has a text. */
  private static String input(Step step) {
    String columns = step.inputs().stream().map(StepCall::quoted).collect(Collectors.joining(", "));
    return step.inputs().size() == 1
        ? columns
        : "nvl2(coalesce(%s), concat_ws('\\n\\n', %s), NULL)".formatted(columns, columns);
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
