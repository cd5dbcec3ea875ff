package io.sparkllama.jobs.audit;

/**
 * How often a label came for two groups of terms.
 *
 * @param attribute what the groups belong to
 * @param shares of the first and the second group
 */
record Difference(String attribute, String group, String other, String label, PairedShares shares) {

  double size() {
    return Math.abs(shares.difference());
  }
}
