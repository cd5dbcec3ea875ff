package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.testing.Fixtures;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProfileCommandTest {

  private static final Pattern CELLS = Pattern.compile(" *\\| *");

  /** The graph has attention of its own, in whose place the engine puts another operator. */
  @Test
  void showsTheOperatorsThatTheEngineRuns() {
    CommandLineRun run =
        CommandLineRun.of("profile", "--model", Fixtures.genaiFp32().toString(), "--threads", "1");
    assertThat(run.exitCode()).isZero();
    List<List<String>> rows =
        run.out().lines().map(line -> CELLS.splitAsStream(line).toList()).toList();
    List<String> names = rows.stream().map(cells -> cells.get(1)).toList();
    assertThat(names).containsAnyOf("SlotAttention", "GroupQueryAttention");
    assertThat(names).endsWith("operators started", "one pass, ms");
    double shares =
        rows.stream()
            .map(cells -> cells.get(2))
            .filter(cell -> cell.endsWith("%"))
            .mapToDouble(cell -> Double.parseDouble(cell.replace("%", "")))
            .sum();
    assertThat(shares).isBetween(80.0, 100.5);
  }
}
