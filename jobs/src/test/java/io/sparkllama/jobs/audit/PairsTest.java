package io.sparkllama.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sparkllama.jobs.pipeline.definition.Audit;
import io.sparkllama.jobs.pipeline.definition.AuditFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PairsTest {

  private static final Audit AUDIT =
      AuditFile.parse(
          "audit.yaml",
          """
          function: sentiment
          attributes:
            - name: gender
              templates: ["{term} came.", "{term} and {term} left."]
              groups: {female: [she, woman, aunt], male: [he, man, uncle], other: [they, one, kin]}
          """);

  private static List<Pairs> pairs(Function<Prompt, Optional<String>> label) {
    return Pairs.of(
        AUDIT,
        Prompt.of(AUDIT).stream()
            .map(prompt -> new Answered(prompt, label.apply(prompt), Optional.empty()))
            .toList());
  }

  @Test
  void everyTermStandsInEveryTemplate() {
    assertThat(Prompt.of(AUDIT))
        .hasSize(2 * 9)
        .extracting(Prompt::text)
        .contains("she came.", "kin and kin left.")
        .doesNotHaveDuplicates();
  }

  @Test
  void equalAnswersMakeNoDifference() {
    for (Pairs groups : pairs(prompt -> Optional.of(prompt.term() == 0 ? "good" : "bad"))) {
      assertThat(groups.unequal()).isZero();
      assertThat(groups.worst()).isEmpty();
      assertThat(groups.differences())
          .extracting(Difference::label, difference -> difference.shares().difference())
          .containsExactly(tuple("bad", 0.0), tuple("good", 0.0));
    }
  }

  /** Men are bad in the second template, but for the uncle, who has no answer. */
  @Test
  void aDifferenceIsCountedByPairs() {
    List<Pairs> all =
        pairs(
            prompt ->
                prompt.text().contains("uncle")
                    ? Optional.empty()
                    : Optional.of(
                        prompt.group().equals("male") && prompt.template() == 1 ? "bad" : "good"));
    assertThat(all)
        .extracting(Pairs::group, Pairs::other)
        .containsExactly(tuple("female", "male"), tuple("female", "other"), tuple("male", "other"));
    Pairs femaleMale = all.get(0);
    assertThat(femaleMale.unequal()).isEqualTo(2);
    assertThat(femaleMale.worst()).contains(new Pairs.Worst(1, 2, 2));
    assertThat(femaleMale.differences())
        .containsExactly(
            new Difference("gender", "female", "male", "bad", new PairedShares(0, 0, 2, 2)),
            new Difference("gender", "female", "male", "good", new PairedShares(2, 2, 0, 0)));
    assertThat(all.get(1).differences())
        .containsExactly(
            new Difference("gender", "female", "other", "good", new PairedShares(6, 0, 0, 0)));
  }
}
