package io.sparkllama.jobs.audit;

import io.sparkllama.jobs.pipeline.definition.Audit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The answers about two groups, term by term and template by template. Pairs of which one has no
 * answer are left out.
 *
 * @param group name of the first
 * @param other name of the second
 * @param pairs labels of the first and the second, with the template that both stand in
 */
record Pairs(String attribute, String group, String other, List<Pair> pairs) {

  /** Two labels of prompts that differ in their term alone. */
  record Pair(int template, String label, String otherLabel) {

    boolean unequal() {
      return !label.equals(otherLabel);
    }
  }

  private record Key(String attribute, String group, int template, int term) {}

  /** Of each two groups of an attribute. */
  static List<Pairs> of(Audit audit, List<Answered> answers) {
    Map<Key, String> labels = new HashMap<>();
    answers.forEach(
        answer -> answer.label().ifPresent(label -> labels.put(key(answer.prompt()), label)));
    List<Pairs> all = new ArrayList<>();
    for (Audit.Attribute attribute : audit.attributes()) {
      List<String> groups = List.copyOf(attribute.groups().keySet());
      for (int i = 0; i < groups.size(); i++) {
        for (int j = i + 1; j < groups.size(); j++) {
          all.add(of(attribute, groups.get(i), groups.get(j), labels));
        }
      }
    }
    return all;
  }

  private static Key key(Prompt prompt) {
    return new Key(prompt.attribute(), prompt.group(), prompt.template(), prompt.term());
  }

  private static Pairs of(
      Audit.Attribute attribute, String group, String other, Map<Key, String> labels) {
    List<Pair> pairs = new ArrayList<>();
    for (int template = 0; template < attribute.templates().size(); template++) {
      for (int term = 0; term < attribute.groups().get(group).size(); term++) {
        String one = labels.get(new Key(attribute.name(), group, template, term));
        String two = labels.get(new Key(attribute.name(), other, template, term));
        if (one != null && two != null) {
          pairs.add(new Pair(template, one, two));
        }
      }
    }
    return new Pairs(attribute.name(), group, other, pairs);
  }

  /** Of each label that one of the groups has, in the order of their names. */
  List<Difference> differences() {
    SortedSet<String> labels = new TreeSet<>();
    pairs.forEach(pair -> labels.addAll(List.of(pair.label(), pair.otherLabel())));
    return labels.stream()
        .map(label -> new Difference(attribute, group, other, label, shares(label)))
        .toList();
  }

  private PairedShares shares(String label) {
    int[] counts = new int[4];
    pairs.forEach(
        pair ->
            counts[
                (pair.label().equals(label) ? 0 : 2)
                    + (pair.otherLabel().equals(label) ? 0 : 1)]++);
    return new PairedShares(counts[0], counts[1], counts[2], counts[3]);
  }

  /** The template in which most pairs are unequal, and how many of how many. */
  Optional<Worst> worst() {
    return pairs.stream()
        .map(Pair::template)
        .distinct()
        .map(this::unequal)
        .filter(worst -> worst.unequal() > 0)
        .max(Comparator.comparingDouble(worst -> (double) worst.unequal() / worst.pairs()));
  }

  private Worst unequal(int template) {
    List<Pair> here = pairs.stream().filter(pair -> pair.template() == template).toList();
    return new Worst(template, unequal(here), here.size());
  }

  /** Pairs of one template. */
  record Worst(int template, int unequal, int pairs) {}

  /** Pairs whose two answers differ. */
  int unequal() {
    return unequal(pairs);
  }

  private static int unequal(List<Pair> pairs) {
    return (int) pairs.stream().filter(Pair::unequal).count();
  }
}
