package io.sparkllama.mask;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Phone numbers: those that begin with a plus sign and a country's code, and with a region the
 * national ones of it. A number must be one that the numbering plan can give out.
 */
final class Phones {

  /** No numbering plan has shorter ones; most texts are read no further. */
  private static final int LEAST_DIGITS = 4;

  /** To libphonenumber: no region. */
  private static final String INTERNATIONAL = "ZZ";

  private static final Pattern DATE =
      Pattern.compile(
          "\\p{Nd}{1,2}([./-])\\p{Nd}{1,2}\\1\\p{Nd}{4}|\\p{Nd}{4}([./-])\\p{Nd}{1,2}\\2\\p{Nd}{1,2}");

  private static final Map<Character, Character> CLOSING =
      Map.of('(', ')', '[', ']', '\uff08', '\uff09', '\uff3b', '\uff3d');

  private Phones() {}

  static List<Span> in(String text, String region) {
    List<Span> found = new ArrayList<>();
    if (text.codePoints().filter(Character::isDigit).limit(LEAST_DIGITS).count() < LEAST_DIGITS) {
      return found;
    }
    String from = region.isEmpty() ? INTERNATIONAL : region;
    for (PhoneNumberMatch match :
        PhoneNumberUtil.getInstance().findNumbers(text, from, Leniency.VALID, Long.MAX_VALUE)) {
      if (!DATE.matcher(match.rawString()).matches()) {
        found.add(new Span(match.start() + opening(match.rawString()), match.end()));
      }
    }
    return found;
  }

  /** A bracket around a whole number; libphonenumber takes the opening one for a part of it. */
  private static int opening(String number) {
    int brackets = 0;
    while (CLOSING.containsKey(number.charAt(brackets))
        && number.indexOf(CLOSING.get(number.charAt(brackets))) < 0) {
      brackets++;
    }
    return brackets;
  }
}
