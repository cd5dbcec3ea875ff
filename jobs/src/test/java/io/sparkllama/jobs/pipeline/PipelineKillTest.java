package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kill of the driver in the middle; {@code ci/soak.sh pipeline-kill} does many. */
class PipelineKillTest {

  private static final long ROWS = 8000;

  @TempDir private Path folder;

  @Test
  void aRunThatWasKilledGoesOnWhereItWas() throws Exception {
    SharedSession.open();
    KilledRun.Found found =
        new KilledRun(folder, ROWS, KilledRun.Victim.DRIVER).at(ROWS / 2, new Random(1));
    assertThat(found.rows()).isEqualTo(ROWS);
    assertThat(found.distinct()).isEqualTo(ROWS);
    assertThat(found.requests()).isBetween(ROWS, ROWS * 105 / 100);
  }
}
