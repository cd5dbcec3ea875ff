package io.sparkllama.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Source code in answers: models put fences, a language's name and explanations around it. */
final class Fences {

  private static final Pattern FENCED =
      Pattern.compile("(?s)```[ \\t]*[\\w+#.-]*[ \\t]*\\r?\\n(.*?)(?:\\r?\\n[ \\t]*```|```|\\z)");
  private static final Pattern WHOLE =
      Pattern.compile("(?s)\\A```[ \\t]*[\\w+#.-]*[ \\t]*\\r?\\n(.*?)\\r?\\n?```\\z");
  private static final Pattern ANNOUNCEMENT =
      Pattern.compile(
          "(?i)\\A\\s*(?:(?:sure|certainly|of course|okay|absolutely)\\b[^\\n]*[:!.]"
              + "|(?:here(?:['\u2019]s| is| are)|the|this is)\\b[^\\n]*\\b(?:code|function|program|script"
              + "|version|completion|continuation|class|method)\\b[^\\n]*:)[ \\t]*\\r?\\n");

  private Fences() {}

  /** What stands in the first fence, or the answer without an announcement in front of it. */
  static String code(String answer) {
    Matcher fenced = FENCED.matcher(answer);
    String code =
        !onlyClosed(answer) && fenced.find()
            ? fenced.group(1)
            : ANNOUNCEMENT.matcher(answer.replaceFirst("(?s)\\R?```.*", "")).replaceFirst("");
    return code.replaceAll("\\A(?:[ \\t]*\\r?\\n)+", "").stripTrailing();
  }

  /** Whether code stands in front of the only fence, as if one had been opened in the question. */
  private static boolean onlyClosed(String answer) {
    int fence = answer.indexOf("```");
    String before = answer.substring(0, Math.max(0, fence)).strip();
    return answer.lastIndexOf("```") == fence && !before.isEmpty() && !before.endsWith(":");
  }

  /** Code without the beginning that it was to continue, which models like to repeat. */
  static String continuation(String answer, String beginning) {
    String code = code(answer);
    String given = beginning.strip();
    String repeated = code.stripLeading();
    return !given.isEmpty() && repeated.startsWith(given)
        ? repeated.substring(given.length()).replaceAll("\\A[ \\t]*\\r?\\n", "")
        : code;
  }

  /** A text that stands in a fence as a whole. */
  static String unwrapped(String text) {
    Matcher whole = WHOLE.matcher(text);
    return whole.matches() && !whole.group(1).contains("```") ? whole.group(1).strip() : text;
  }
}
