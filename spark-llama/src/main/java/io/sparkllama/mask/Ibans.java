package io.sparkllama.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.IBANValidator;

/** International bank account numbers, in one piece or in groups. */
final class Ibans {

  private static final Pattern HEAD = Pattern.compile("(?<![\\p{L}\\p{N}])[A-Za-z]{2}(?=[0-9]{2})");
  private static final String GAPS = " \u00a0\u202f-";

  private Ibans() {}

  static List<Span> in(String text) {
    List<Span> found = new ArrayList<>();
    Matcher heads = HEAD.matcher(text);
    while (heads.find()) {
      IBANValidator.Validator country =
          IBANValidator.getInstance().getValidator(heads.group().toUpperCase(Locale.ROOT));
      if (country != null) {
        add(found, text, heads.start(), country.getIbanLength());
      }
    }
    return found;
  }

  /** Takes as many characters as the country's numbers have, with a gap between any two. */
  private static void add(List<Span> found, String text, int start, int length) {
    StringBuilder number = new StringBuilder();
    int end = start;
    while (end < text.length() && number.length() < length) {
      char next = text.charAt(end);
      if (isPart(next)) {
        number.append(next);
      } else if (GAPS.indexOf(next) < 0 || GAPS.indexOf(text.charAt(end - 1)) >= 0) {
        return;
      }
      end++;
    }
    boolean goesOn = end < text.length() && Character.isLetterOrDigit(text.codePointAt(end));
    if (!goesOn
        && IBANValidator.getInstance().isValid(number.toString().toUpperCase(Locale.ROOT))) {
      found.add(new Span(start, end));
    }
  }

  private static boolean isPart(char character) {
    return (character >= '0' && character <= '9')
        || (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z');
  }
}
