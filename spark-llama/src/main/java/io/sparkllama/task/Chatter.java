package io.sparkllama.task;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes away what models put around an answer: greetings, announcements, quotes, offers of more
 * help. What is left is the answer; a text that is chatter alone stays as it is.
 */
final class Chatter {

  private static final String POLITE = "(?:sure|certainly|of course|okay|ok|absolutely|yes)";
  private static final String KIND =
      "(?:translation|summary|translated text|translated version|summarized text|summarized version)";

  private static final List<Pattern> LEADING =
      List.of(
          Pattern.compile(
              "(?i)^(?:%s[!,.]*\\s+)?here(?:['\u2019]s| is| are)\\s+[^:\\n]{0,60}?%s[^:\\n]{0,80}:\\s*"
                  .formatted(POLITE, KIND)),
          Pattern.compile(
              "(?i)^(?:%s[!,.]*\\s+)?(?:(?:the|a|my)\\s+)?(?:[a-z]+\\s+)?%s(?:\\s+(?:of|in|into|to|for|is)\\b[^:\\n]{0,60})?\\s*:\\s*"
                  .formatted(POLITE, KIND)),
          Pattern.compile(
              "(?i)^the (?:text|sentence|phrase) (?:translates to|in [a-z]+ is)[^:\\n]{0,60}:\\s*"),
          Pattern.compile("(?i)^%s!\\s+".formatted(POLITE)));

  private static final Pattern TRAILING =
      Pattern.compile(
          "(?is)\\n\\s*\\n\\s*(?:\\(?note:|please note|let me know|i hope|if you (?:need|have|would)|is there anything).*$");

  private Chatter() {}

  static String strip(String answer) {
    String text = answer.strip();
    for (Pattern pattern : LEADING) {
      String rest = pattern.matcher(text).replaceFirst("").strip();
      if (!rest.isEmpty()) {
        text = rest;
      }
    }
    String rest = TRAILING.matcher(text).replaceFirst("").strip();
    return unquote(rest.isEmpty() ? text : rest);
  }

  private static String unquote(String text) {
    for (String pair : List.of("\"\"", "\u201c\u201d", "\u00ab\u00bb", "''")) {
      boolean quoted =
          text.length() > 2 && text.charAt(0) == pair.charAt(0) && text.endsWith(pair.substring(1));
      String inside = quoted ? text.substring(1, text.length() - 1) : text;
      if (quoted && inside.chars().noneMatch(c -> pair.indexOf(c) >= 0)) {
        return inside.strip();
      }
    }
    return text;
  }
}
