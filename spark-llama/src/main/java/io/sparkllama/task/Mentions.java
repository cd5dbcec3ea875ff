package io.sparkllama.task;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a list names of a text. What does not stand in the text is not believed. */
final class Mentions {

  static final String MASK = "[MASKED]";

  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

  private Mentions() {}

  /**
   * The text with everything that the lists name masked, whole words only. What is masked already
   * stays so, whatever the lists say of the word.
   */
  static String masked(String text, Collection<String> lists) {
    Set<String> mentions = new LinkedHashSet<>();
    lists.forEach(
        list -> AnswerLines.of(list).forEach(line -> mentions.addAll(inLine(line, text))));
    if (mentions.isEmpty()) {
      return text;
    }
    return Pattern.compile(Pattern.quote(MASK) + "|" + pattern(mentions), FLAGS)
        .matcher(text)
        .replaceAll(Matcher.quoteReplacement(MASK));
  }

  /** The line itself, what stands behind a kind's name, or what commas divide. */
  private static Set<String> inLine(String line, String text) {
    String value = line.replaceFirst("^[^:]{1,40}:\\s+", "");
    return Stream.of(Stream.of(line), Stream.of(value), Stream.of(value.split(",\\s*")))
        .map(
            candidates ->
                candidates
                    .map(Mentions::bare)
                    .filter(mention -> !mention.isEmpty() && stands(mention, text))
                    .collect(Collectors.toCollection(LinkedHashSet<String>::new)))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElseGet(LinkedHashSet::new);
  }

  private static String bare(String mention) {
    return mention.strip().replaceAll("^[\"'`\u201c\u00ab]+|[\"'`\u201d\u00bb]+$", "").strip();
  }

  private static boolean stands(String mention, String text) {
    return Pattern.compile(pattern(Set.of(mention)), FLAGS).matcher(text).find();
  }

  /** Longer mentions first: one may be the start of another. */
  private static String pattern(Set<String> mentions) {
    return mentions.stream()
        .sorted(Comparator.comparing(String::length).reversed())
        .map(Mentions::wholeWords)
        .collect(Collectors.joining("|"));
  }

  private static String wholeWords(String mention) {
    boolean wordFirst = Character.isLetterOrDigit(mention.codePointAt(0));
    boolean wordLast = Character.isLetterOrDigit(mention.codePointBefore(mention.length()));
    return (wordFirst ? "(?<![\\p{L}\\p{N}])" : "")
        + Pattern.quote(mention)
        + (wordLast ? "(?![\\p{L}\\p{N}])" : "");
  }
}
