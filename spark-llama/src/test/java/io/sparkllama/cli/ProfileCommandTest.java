package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.testing.Fixtures;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileCommandTest {

  /** The graph has attention of its own, in whose place the engine puts another operator. */
  @Test
  void showsTheOperatorsThatTheEngineRuns() {
    CommandLineRun run =
        CommandLineRun.of("profile", "--model", Fixtures.genaiFp32().toString(), "--threads", "1");
    assertThat(run.exitCode()).isZero();
    List<String> names = run.out().lines().map(line -> line.split("\\|")[1].strip()).toList();
    assertThat(names).containsAnyOf("SlotAttention", "GroupQueryAttention");
    assertThat(names).endsWith("operators started", "one pass, ms");
    double shares =
        run.out()
            .lines()
            .map(line -> line.split("\\|"))
            .filter(cells -> cells[2].contains("%"))
            .mapToDouble(cells -> Double.parseDouble(cells[2].replace("%", "")))
            .sum();
    assertThat(shares).isBetween(80.0, 100.5);
  }
}
