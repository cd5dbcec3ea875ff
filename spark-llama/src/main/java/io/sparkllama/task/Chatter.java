package io.sparkllama.task;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes away what models put around an answer: greetings, announcements, headings, quotes, fences,
 * offers of more help. What is left is the answer; a text that is chatter alone stays as it is, and
 * so does what looks like chatter and stands in the text that was asked about.
 */
final class Chatter {

  private static final String POLITE =
      "(?:sure(?: thing)?|certainly|of course|okay|ok|absolutely|yes|no problem|great"
          + "|(?:i['\u2019]d|i would) be (?:happy|glad) to(?: help| assist)?|i can help(?: you)? with that)";
  private static final String KIND =
      "(?:translations?|corrected|revised|summary|summaries|tl;?dr|correction|explanation|answer"
          + "|(?:translated|summarized|corrected|revised|rewritten|improved|edited|polished|fixed|final)"
          + " (?:text|version|sentence|paragraph|passage|summary|translation|one|code))";
  private static final String DONE =
      "(?:translated|summarized|corrected|revised|rewritten|improved|edited|fixed)";

  private static final List<Pattern> LEADING =
      patterns(
          "^(?:%1$s[!,.]*\\s+)?here(?:['\u2019]s| is| are| you go)\\b[^:\\n]{0,70}?%2$s[^:\\n]{0,90}:\\s*",
          "^(?:%1$s[!,.]*\\s+)?(?:(?:the|a|my|your)\\s+)?(?:[a-z]+\\s+)?%2$s"
              + "(?:\\s+(?:of|in|into|to|for|is)\\b[^:\\n]{0,60})?\\s*:\\s*",
          "^(?:#{1,6}\\s+|\\*{2}|__)(?:(?:the|a)\\s+)?(?:[a-z]+\\s+)?%2$s(?:\\s+[^*_:\\n]{0,40})?:?"
              + "(?:\\*{2}|__)?:?[ \\t]*(?:\\n\\s*|(?<=[*_:])\\s*)",
          "^the (?:text|sentence|phrase) (?:translates to|in [a-z]+ is)[^:\\n]{0,60}:\\s*",
          "^i(?:['\u2019]ve| have) %3$s\\b[^:\\n]{0,80}:\\s*",
          "^here you go[:!]\\s*",
          "^%1$s!\\s+",
          "^i (?:can|would be) [^.!\\n]{0,40}\\bhelp\\b[^.!\\n]{0,30}[.!]\\s+");

  private static final Pattern TRAILING =
      patterns(
              "(?:\\n\\s*\\n\\s*(?:\\(?\\**note(?:s|\\s+that)?\\b|please note|i hope|if you (?:need|have|would)"
                  + "|\\**(?:explanation|changes(?: made)?|corrections(?: made)?|translation notes?)\\**:"
                  + "|i (?:made|have made|changed|corrected|fixed)\\b|\\(?word count\\b|\\(\\d+ words\\)|---\\s*$)"
                  + "|\\n\\s*(?:(?:please )?let me know\\b|feel free to\\b|is there anything\\b"
                  + "|(?:would|do) you (?:like|want) me to\\b|i hope (?:this|that) helps)).*$")
          .get(0);

  private static final Pattern WORD_COUNT =
      Pattern.compile("(?i)\\s*\\((?:word count: ?)?\\d+ words\\)\\.?$");

  /** What an answer never needs to go on behind. */
  static final List<String> ENDINGS =
      List.of(
          "\n\nLet me know if you need",
          "\n\nLet me know if you'd like",
          "\n\nLet me know if there",
          "\n\nI hope this helps",
          "\n\nNote:",
          "\n\n(Note",
          "\n\nPlease note that",
          "\n\n**Explanation",
          "\n\nExplanation:");

  private Chatter() {}

  private static List<Pattern> patterns(String... forms) {
    return Stream.of(forms)
        .map(form -> Pattern.compile("(?is)" + form.formatted(POLITE, KIND, DONE)))
        .toList();
  }

  /**
   * @param about the text that was asked about
   */
  static String strip(String answer, String about) {
    String given = about.toLowerCase(Locale.ROOT);
    String text = answer.strip();
    String before;
    do {
      before = text;
      text = Fences.unwrapped(text);
      for (Pattern pattern : LEADING) {
        text = without(pattern, text, given);
      }
      text = without(TRAILING, text, given);
      text = without(WORD_COUNT, text, given);
      text = unquoted(text, about);
    } while (!text.equals(before));
    return text;
  }

  private static String without(Pattern pattern, String text, String given) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find() || given.contains(opening(matcher.group()))) {
      return text;
    }
    String rest = (text.substring(0, matcher.start()) + text.substring(matcher.end())).strip();
    return rest.isEmpty() ? text : rest;
  }

  /** The first words, by which chatter is known again in the text that was asked about. */
  private static String opening(String chatter) {
    return Stream.of(chatter.strip().toLowerCase(Locale.ROOT).split("\\s+"))
        .limit(3)
        .collect(Collectors.joining(" "));
  }

  private static String unquoted(String text, String about) {
    for (String pair : List.of("\"\"", "\u201c\u201d", "\u00ab\u00bb", "''")) {
      boolean quoted =
          text.length() > 2 && text.charAt(0) == pair.charAt(0) && text.endsWith(pair.substring(1));
      String inside = quoted ? text.substring(1, text.length() - 1) : text;
      if (quoted
          && inside.chars().noneMatch(c -> pair.indexOf(c) >= 0)
          && !about.strip().startsWith(pair.substring(0, 1))) {
        return inside.strip();
      }
    }
    return text;
  }
}
