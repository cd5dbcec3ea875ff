package io.sparkllama.convert.graph;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;

/** How far the stored weights are from the source's, by tensor. Safe for many threads. */
public final class WeightErrors {

  private final Map<String, Sums> tensors = new ConcurrentSkipListMap<>();

  private record Sums(DoubleAdder error, DoubleAdder energy) {}

  void add(String tensor, double error, double energy) {
    Sums sums =
        tensors.computeIfAbsent(tensor, name -> new Sums(new DoubleAdder(), new DoubleAdder()));
    sums.error.add(error);
    sums.energy.add(energy);
  }

  /** Root of the squared differences over the squared values, by tensor; 0 is exact. */
  public Map<String, Double> relative() {
    Map<String, Double> relative = new TreeMap<>();
    tensors.forEach((name, sums) -> relative.put(name, ratio(sums.error.sum(), sums.energy.sum())));
    return relative;
  }

  /** The same over all tensors together. */
  public double overall() {
    double error = tensors.values().stream().mapToDouble(sums -> sums.error.sum()).sum();
    double energy = tensors.values().stream().mapToDouble(sums -> sums.energy.sum()).sum();
    return ratio(error, energy);
  }

  private static double ratio(double error, double energy) {
    return energy == 0 ? 0 : Math.sqrt(error / energy);
  }
}
