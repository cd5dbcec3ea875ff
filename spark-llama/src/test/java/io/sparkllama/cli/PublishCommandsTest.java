package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.testing.Fixtures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCommandsTest {

  @TempDir Path temp;

  @Test
  void aPackageGoesThereAndBack() {
    String place = temp.resolve("shared/tiny").toUri().toString();
    CommandLineRun push =
        CommandLineRun.of("push", Fixtures.genaiInt4().toString(), place, "--license", "mit");
    assertThat(push.exitCode()).isZero();
    assertThat(push.out()).contains("shared/tiny", "files      7 in");
    assertThat(temp.resolve("shared/tiny/README.md")).content().startsWith("---\nlicense: mit\n");
    CommandLineRun pull = CommandLineRun.of("pull", place, temp.resolve("tiny").toString());
    assertThat(pull.exitCode()).isZero();
    assertThat(CommandLineRun.of("inspect", temp.resolve("tiny").toString()).exitCode()).isZero();
  }

  @Test
  void whatIsWrongIsSaid() {
    CommandLineRun pull = CommandLineRun.of("pull", "tiny", temp.resolve("tiny").toString());
    assertThat(pull.exitCode()).isEqualTo(1);
    assertThat(pull.err()).startsWith("Cannot transfer a model: found the address tiny");
    CommandLineRun push =
        CommandLineRun.of("push", Fixtures.genaiInt4().toString(), "hub:a/b", "--visibility", "x");
    assertThat(push.exitCode()).isEqualTo(2);
    assertThat(push.err()).contains("--visibility", "PRIVATE", "PUBLIC");
  }
}
