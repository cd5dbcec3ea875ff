package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.testing.Fixtures;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Spark's class paths are long, and the native library once ended processes that had such. */
class LongCommandLineTest {

  @Test
  void aLongClassPathDoesNotEndTheProcess() throws IOException, InterruptedException {
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String padding = (File.pathSeparator + "/a/library/that/is/not/there.jar").repeat(1500);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                own + padding,
                "io.sparkllama.cli.Main",
                "generate",
                "--model",
                Fixtures.genaiInt4().toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
