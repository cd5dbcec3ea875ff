package io.sparkllama.jobs.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Texts for terminals and logs. */
class ConsoleTest {

  @Test
  void progressHasRateAndTimeLeft() {
    assertThat(new ProgressLine("posts", 2000, 500, 30000, 60).toString())
        .isEqualTo("posts: 500 of 2,000 rows (25 %), 500 tokens/s, 3 min left");
    assertThat(new ProgressLine("posts", 2000, 0, 0, 60).toString())
        .isEqualTo("posts: 0 of 2,000 rows (0 %), 0 tokens/s");
  }

  @Test
  void timesHaveAUnitThatSuitsThem() {
    assertThat(Durations.text(3.21)).isEqualTo("3.2 s");
    assertThat(Durations.text(600)).isEqualTo("10 min");
    assertThat(Durations.text(9000)).isEqualTo("2.5 h");
    assertThat(Durations.text(259200)).isEqualTo("3.0 days");
  }

  @Test
  void aTableHasNumbersAtTheRight() {
    StringWriter text = new StringWriter();
    new TextTable("name", "rows")
        .add("a", 1234L)
        .add("long name", 5)
        .print(new PrintWriter(text, true));
    assertThat(text.toString().lines())
        .containsExactly("name        rows", "a          1,234", "long name      5");
  }
}
