package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nightly runs; {@code ci/soak.sh pipeline-nights} does the same with many rows. */
class PipelineNightsTest {

  @TempDir private Path folder;

  @Test
  void requestsAreTheChangesAndTheSinkIsAFullRecomputation() throws IOException {
    SharedSession.open();
    Nights nights = new Nights(folder, 300);
    assertThat(nights.run())
        .hasSize(4)
        .allSatisfy(night -> assertThat(night.requests()).isPositive().isEqualTo(night.changed()));
    assertThat(nights.differences()).isZero();
  }
}
