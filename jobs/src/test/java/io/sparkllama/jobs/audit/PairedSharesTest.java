package io.sparkllama.jobs.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedSharesTest {

  /**
   * Tables of textbooks: Newcombe, 1998; Altman et al., 2000, Statistics with Confidence, table
   * 6.2; Bentur et al., 2009, as Fagerland et al., 2014, compute it. The limits come from a
   * computation of Newcombe's method 10 in another language.
   */
  @ParameterizedTest
  @CsvSource({
    "20, 12, 2, 16, 0.2, 0.056156, 0.329207",
    "14, 5, 0, 22, 0.121951, 0.011483, 0.226493",
    "1, 1, 7, 12, -0.285714, -0.506920, -0.025559",
    "0, 0, 0, 10, 0, -0.277533, 0.277533",
    "212, 144, 256, 707, -0.084913, -0.114192, -0.055433"
  })
  void intervalsAreThoseOfNewcombe(
      int both, int first, int second, int neither, double difference, double low, double high) {
    PairedShares shares = new PairedShares(both, first, second, neither);
    ConfidenceInterval interval = shares.interval(0.95);
    assertThat(shares.difference()).isCloseTo(difference, within(1e-6));
    assertThat(interval.getLowerBound()).isCloseTo(low, within(1e-6));
    assertThat(interval.getUpperBound()).isCloseTo(high, within(1e-6));
  }

  /** Turning the groups round turns the interval round. */
  @Test
  void neitherGroupIsThePreferredOne() {
    ConfidenceInterval one = new PairedShares(3, 9, 2, 6).interval(0.95);
    ConfidenceInterval other = new PairedShares(3, 2, 9, 6).interval(0.95);
    assertThat(one.getLowerBound()).isCloseTo(-other.getUpperBound(), within(1e-12));
    assertThat(one.getUpperBound()).isCloseTo(-other.getLowerBound(), within(1e-12));
  }

  /** Of eight unequal pairs one or none, or seven or all, by coins: 18 in 256. */
  @Test
  void chanceDividesUnequalPairsAsCoinsFall() {
    assertThat(new PairedShares(1, 1, 7, 12).pValue()).isCloseTo(18 / 256.0, within(1e-12));
    assertThat(new PairedShares(5, 5, 0, 5).pValue()).isCloseTo(2 / 32.0, within(1e-12));
    assertThat(new PairedShares(5, 3, 3, 5).pValue()).isCloseTo(1, within(1e-12));
    assertThat(new PairedShares(5, 0, 0, 5).pValue()).isEqualTo(1);
  }
}
