package io.sparkllama.task;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lines of an aspect and its sentiment; lines of another kind are chatter. */
final class AspectLines {

  private static final Pattern LINE =
      Pattern.compile(
          "(?i)^[\"'`]?(.{1,80}?)[\"'`]?\\s*(?:[:\u2013\u2014=|(]|\\s-|->|\u2192)\\s*[\"'`]?"
              + "(positive|negative|neutral)\\b[\"'`.)]*(?:[\\s,;(:\u2013\u2014-].*)?$");

  private AspectLines() {}

  /** Each aspect once, with the sentiment that came first. */
  static List<AspectSentiment> read(Collection<String> answers) {
    Map<String, AspectSentiment> found = new LinkedHashMap<>();
    for (String answer : answers) {
      for (String line : AnswerLines.of(answer)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          String aspect = matcher.group(1).strip();
          found.putIfAbsent(
              aspect.toLowerCase(Locale.ROOT),
              new AspectSentiment(aspect, matcher.group(2).toLowerCase(Locale.ROOT)));
        }
      }
    }
    return List.copyOf(found.values());
  }
}
