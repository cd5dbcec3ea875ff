package io.sparkllama.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * E-mail addresses. No list of top-level domains decides: there are always newer ones, and those of
 * a company's own network. A name of which the last part has a digit is none, as in package@1.2.3.
 */
final class Emails {

  /** RFC 5321, 4.5.3.1.1. */
  private static final int MOST_LOCAL = 64;

  private static final String LOCAL_MARKS = "._%+=~'-";

  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}-]{0,62}(?<!-))?\\.)+"
              + "(?:xn--[a-zA-Z0-9-]{1,59}(?<!-)|[\\p{L}\\p{M}]{2,63})(?![\\p{L}\\p{N}])"
              + "|\\[(?:IPv6:)?[0-9A-Fa-f:.]+]");

  private Emails() {}

  static List<Span> in(String text) {
    List<Span> found = new ArrayList<>();
    Matcher domain = DOMAIN.matcher(text);
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      int start = start(text, at);
      if (start < at && domain.region(at + 1, text.length()).lookingAt()) {
        found.add(new Span(start, domain.end()));
      }
    }
    return found;
  }

  /** Where the local part before an at sign begins; the sign itself where there is none. */
  private static int start(String text, int at) {
    int least = Math.max(0, at - MOST_LOCAL);
    if (at > 0 && text.charAt(at - 1) == '"') {
      int quote = text.lastIndexOf('"', at - 2);
      return quote >= least && text.substring(quote, at).lines().count() == 1 ? quote : at;
    }
    int start = at;
    while (start > least && isLocal(text.codePointBefore(start))) {
      start -= Character.charCount(text.codePointBefore(start));
    }
    while (start < at && !begins(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    return start;
  }

  private static boolean isLocal(int character) {
    return Character.isLetterOrDigit(character)
        || Character.getType(character) == Character.NON_SPACING_MARK
        || LOCAL_MARKS.indexOf(character) >= 0;
  }

  /** Quotes and dashes stand before addresses more often than in them. */
  private static boolean begins(int character) {
    return Character.isLetterOrDigit(character) || character == '_' || character == '+';
  }
}
