package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kill of the driver in the middle; {@code ci/soak.sh pipeline-kill} does many. */
class PipelineKillTest {

  private static final long ROWS = 8000;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"DRIVER, died", "DRIVER_BY_SIGNAL, interrupted"})
  void aRunThatWasKilledGoesOnWhereItWas(KilledRun.Victim victim, String ending) throws Exception {
    SharedSession.open();
    KilledRun run = new KilledRun(folder, ROWS, victim);
    KilledRun.Found found = run.at(ROWS / 2, new Random(1));
    assertThat(found.rows()).isEqualTo(ROWS);
    assertThat(found.distinct()).isEqualTo(ROWS);
    assertThat(found.requests()).isBetween(ROWS, ROWS * 105 / 100);
    assertThat(run.endings()).containsExactly(ending, "done");
  }
}
