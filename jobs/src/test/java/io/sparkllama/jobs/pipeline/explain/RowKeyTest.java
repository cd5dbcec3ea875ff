package io.sparkllama.jobs.pipeline.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys as people write them. */
class RowKeyTest {

  @Test
  void oneColumnNeedsNoName() {
    assertThat(RowKey.parse(List.of("id"), "17").values()).isEqualTo(Map.of("id", "17"));
    assertThat(RowKey.parse(List.of("id"), "a=b,c").values()).isEqualTo(Map.of("id", "a=b,c"));
    assertThat(RowKey.parse(List.of("id"), "id=17").values()).isEqualTo(Map.of("id", "17"));
  }

  @Test
  void severalAreNamedInAnyOrder() {
    assertThat(RowKey.parse(List.of("day", "id"), "id=1,2,day=2026-11-25").values())
        .isEqualTo(Map.of("day", "2026-11-25", "id", "1,2"));
  }

  @Test
  void aMissingColumnIsNamed() {
    assertThatThrownBy(() -> RowKey.parse(List.of("day", "id"), "id=1"))
        .hasMessage(
            "Invalid --key: found id, expected a value for each column, as day=VALUE,id=VALUE.")
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.ending()).isEqualTo(Ending.WRONG_USAGE));
    assertThatThrownBy(() -> RowKey.parse(List.of("day", "id"), "1"))
        .hasMessageContaining("found no column");
  }
}
