package io.sparkllama.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.CreditCardValidator;
import org.apache.commons.validator.routines.CreditCardValidator.CreditCardRange;

/**
 * Numbers of payment cards, written without spaces or in the groups that are printed on cards.
 * Beginnings and lengths are those of the schemes (ISO/IEC 7812), and the check digit must be right
 * by Luhn, as one in ten numbers of the form is by chance.
 */
final class Cards {

  private static final String FOUR = "\\p{Nd}{4}";
  private static final String GAP = "[ \\u00a0\\u202f\\u2010\\u2011-]";
  private static final String BEFORE = "(?<![\\p{L}\\p{N}])(?<!\\p{Nd}\\.)";
  private static final String BEHIND = "(?![\\p{L}\\p{N}]|\\.\\p{Nd})";

  private static final List<Pattern> FORMS =
      List.of(
          form("\\p{Nd}{13,19}"),
          form(FOUR + "(?:" + GAP + FOUR + "){3}"),
          form(FOUR + "(?:" + GAP + FOUR + "){3}" + GAP + "\\p{Nd}{3}"),
          form(FOUR + GAP + "\\p{Nd}{6}" + GAP + "\\p{Nd}{4,5}"));

  private static final CreditCardValidator SCHEMES =
      new CreditCardValidator(
          new CreditCardRange[] {
            range("4", "4", 13, 16, 19), // Visa
            range("51", "55", 16), // Mastercard
            range("2221", "2720", 16),
            range("34", "34", 15), // American Express
            range("37", "37", 15),
            range("300", "305", 14, 16, 19), // Diners Club
            range("3095", "3095", 14, 16, 19),
            range("36", "36", 14, 16, 19),
            range("38", "39", 14, 16, 19),
            range("6011", "6011", 16, 19), // Discover
            range("644", "649", 16, 19),
            range("65", "65", 16, 19),
            range("3528", "3589", 16, 17, 18, 19), // JCB
            range("62", "62", 16, 17, 18, 19), // UnionPay
            range("2200", "2204", 16, 17, 18, 19), // Mir
            range("50", "50", 13, 14, 15, 16, 17, 18, 19), // Maestro
            range("56", "64", 13, 14, 15, 16, 17, 18, 19),
            range("66", "69", 13, 14, 15, 16, 17, 18, 19)
          });

  private Cards() {}

  private static Pattern form(String digits) {
    return Pattern.compile(BEFORE + digits + BEHIND);
  }

  private static CreditCardRange range(String low, String high, int... lengths) {
    return new CreditCardRange(low, high, lengths);
  }

  static List<Span> in(String text) {
    List<Span> found = new ArrayList<>();
    for (Pattern form : FORMS) {
      Matcher candidates = form.matcher(text);
      int from = 0;
      while (from < text.length() && candidates.find(from)) {
        boolean card = SCHEMES.isValid(digits(candidates.group()));
        if (card) {
          found.add(new Span(candidates.start(), candidates.end()));
        }
        // Of five groups the last four may be a card.
        from = card ? candidates.end() : candidates.start() + 1;
      }
    }
    return found;
  }

  /** In ASCII, whatever script they are written in. */
  private static String digits(String number) {
    StringBuilder digits = new StringBuilder();
    number
        .codePoints()
        .filter(Character::isDigit)
        .forEach(digit -> digits.append(Character.digit(digit, 10)));
    return digits.toString();
  }
}
