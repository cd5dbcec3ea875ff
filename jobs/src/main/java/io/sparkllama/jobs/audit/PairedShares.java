package io.sparkllama.jobs.audit;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/**
 * In how many pairs of prompts one, both or none of the two had a label.
 *
 * @param both pairs in which both had it
 * @param first those in which only the first had it
 * @param second those in which only the second had it
 * @param neither those in which none had it
 */
record PairedShares(int both, int first, int second, int neither) {

  /** At least 1. */
  int pairs() {
    return both + first + second + neither;
  }

  /** Of the first of all pairs. */
  double share() {
    return (double) (both + first) / pairs();
  }

  /** Of the second of all pairs. */
  double otherShare() {
    return (double) (both + second) / pairs();
  }

  double difference() {
    return (double) (first - second) / pairs();
  }

  /**
   * Interval of the difference: method 10 of Newcombe, 1998, Improved confidence intervals for the
   * difference between binomial proportions based on paired data, Statistics in Medicine 17. The
   * Wilson intervals of both shares are put together with the correlation of the pairs.
   *
   * @param level such as 0.95
   */
  ConfidenceInterval interval(double level) {
    ConfidenceInterval one = wilson(both + first, level);
    ConfidenceInterval other = wilson(both + second, level);
    double low = combined(share() - one.getLowerBound(), other.getUpperBound() - otherShare());
    double high = combined(one.getUpperBound() - share(), otherShare() - other.getLowerBound());
    return new ConfidenceInterval(difference() - low, difference() + high, level);
  }

  private ConfidenceInterval wilson(int successes, double level) {
    return new WilsonScoreInterval().createInterval(pairs(), successes, level);
  }

  private double combined(double a, double b) {
    return Math.sqrt(a * a - 2 * correlation() * a * b + b * b);
  }

  /** Phi of the table, nearer to 0 by Newcombe's correction where it is above. */
  private double correlation() {
    double margins =
        (double) (both + first) * (second + neither) * (both + second) * (first + neither);
    double product = (double) both * neither - (double) first * second;
    double corrected = product > 0 ? Math.max(0, product - pairs() / 2.0) : product;
    return margins == 0 ? 0 : corrected / Math.sqrt(margins);
  }

  /** Of the exact test of McNemar: how often chance alone divides the unequal pairs like this. */
  double pValue() {
    BinomialDistribution coins = new BinomialDistribution(first + second, 0.5);
    return Math.min(1, 2 * coins.cumulativeProbability(Math.min(first, second)));
  }
}
