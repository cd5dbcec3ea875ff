package io.sparkllama.jobs.pipeline.check;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * A pipeline that can run.
 *
 * @param definition as the file has it
 * @param source columns of the source
 * @param steps in the order of the file
 */
public record CheckedPipeline(Pipeline definition, StructType source, List<StepCall> steps) {

  /** Column of the sink with where a row's answers come from; a struct. */
  public static final String PROVENANCE = "_llama";

  public CheckedPipeline {
    steps = List.copyOf(steps);
  }

  /**
   * SHA-256, in hexadecimal, over all that changes answers or their columns: two runs with the same
   * give the same sink for the same source.
   */
  public String configuration() {
    return Hashes.sha256(
        steps.stream()
            .flatMap(
                step ->
                    Stream.of(
                        step.column(),
                        step.identity().hash(),
                        String.join("\n", step.step().inputs())))
            .toList());
  }

  /** Identities of the steps' calls, each once. */
  public List<String> calls() {
    return steps.stream().map(step -> step.identity().hash()).distinct().toList();
  }

  /** Place of the step with a column, which is known to be there. */
  public int indexOf(String column) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).column().equalsIgnoreCase(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no step " + column);
  }

  /** Identity of the model that most steps use. */
  public String modelSha256() {
    return steps.get(0).identity().modelSha256();
  }
}
