package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import io.sparkllama.jobs.pipeline.check.StepInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Steps that are asked in one row, since they read the same columns or each other's answers: rows
 * that ask one of them the same ask all of them the same. Steps that read other columns are asked
 * in rows of their own, or a text would be asked about once for every text beside it.
 */
final class StepGroups {

  private final CheckedPipeline pipeline;

  private StepGroups(CheckedPipeline pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * @return places of the steps of each group
   */
  static List<Set<Integer>> of(CheckedPipeline pipeline) {
    return new StepGroups(pipeline).groups();
  }

  private List<Set<Integer>> groups() {
    List<Set<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < pipeline.steps().size(); i++) {
      Set<Integer> group = new TreeSet<>(Set.of(i));
      Set<Integer> read = read(i);
      List<Set<Integer>> same =
          groups.stream()
              .filter(
                  other ->
                      other.stream().anyMatch(read::contains)
                          || columns(other).equals(columns(group)))
              .toList();
      same.forEach(group::addAll);
      groups.removeAll(same);
      groups.add(group);
    }
    return groups;
  }

  private Set<Integer> read(int step) {
    Set<Integer> read = new TreeSet<>();
    pipeline.steps().get(step).inputs().stream()
        .filter(input -> input.origin() == StepInput.Origin.STEP)
        .forEach(input -> read.add(pipeline.indexOf(input.column())));
    return read;
  }

  /** Columns of the source that steps read. */
  private Set<String> columns(Set<Integer> steps) {
    Set<String> columns = new TreeSet<>();
    steps.stream()
        .map(pipeline.steps()::get)
        .map(StepCall::inputs)
        .flatMap(List::stream)
        .filter(input -> input.origin() == StepInput.Origin.SOURCE)
        .forEach(input -> columns.add(input.column().toLowerCase(Locale.ROOT)));
    return columns;
  }

  /** Places of all steps but those of a group. */
  static IntStream others(CheckedPipeline pipeline, Set<Integer> group) {
    return IntStream.range(0, pipeline.steps().size()).filter(i -> !group.contains(i));
  }
}
