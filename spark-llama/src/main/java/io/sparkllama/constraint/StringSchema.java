package io.sparkllama.constraint;

import java.util.Map;
import java.util.Optional;

/** Strings: any of some length, of a pattern, or of a format. */
final class StringSchema {

  static final int DEFAULT_LENGTH = 1000;

  /** Days that exist, of the years 1 to 9999; every fourth year has 29 days in February. */
  private static final String DATE = date();

  private static final String TIME = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?";
  private static final String ZONE = "(Z|[+-](0\\d|1[0-7]):[0-5]\\d)";

  private static final Map<String, String> FORMATS =
      Map.of(
          "date", DATE,
          "date-time", DATE + "T" + TIME + ZONE,
          "local-date-time", DATE + "T" + TIME);

  private StringSchema() {}

  private static String date() {
    String month31 = "(0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])";
    String month30 = "(0[469]|11)-(0[1-9]|[12]\\d|30)";
    String february = "02-(0[1-9]|1\\d|2[0-8])";
    String year = "(\\d{3}[1-9]|\\d{2}[1-9]0|\\d[1-9]00|[1-9]000)";
    String fourth = "(0[48]|[2468][048]|[13579][26])";
    String leapYear = "(\\d{2}" + fourth + "|" + fourth + "00)";
    return "(%s-(%s|%s|%s)|%s-02-29)".formatted(year, month31, month30, february, leapYear);
  }

  static Expression read(SchemaNode node, Expressions expressions) {
    Optional<String> pattern = node.text("pattern");
    Optional<String> format = node.text("format");
    boolean bounded = node.has("minLength") || node.has("maxLength");
    if ((pattern.isPresent() && (bounded || format.isPresent()))
        || (format.isPresent() && bounded)) {
      throw node.wrong(
          "more than one of pattern, format and a length", "one; a pattern may state the length");
    }
    Expression content =
        pattern
            .or(() -> format.map(name -> format(node, name)))
            .map(regex -> matching(node, regex, expressions))
            .orElseGet(() -> ofLength(node, expressions));
    Expression quote = expressions.literal("\"");
    return expressions.sequence(quote, content, quote);
  }

  private static String format(SchemaNode node, String name) {
    if (!FORMATS.containsKey(name)) {
      throw node.wrong("an unknown format", "date, date-time or local-date-time");
    }
    return "^" + FORMATS.get(name) + "$";
  }

  private static Expression matching(SchemaNode node, String regex, Expressions expressions) {
    if (!regex.startsWith("^") || !RegexReader.endsWithAnchor(regex)) {
      throw node.wrong("a pattern for part of the string", "one between ^ and $");
    }
    return RegexReader.read(regex, CharacterEncoder.json(expressions), expressions);
  }

  private static Expression ofLength(SchemaNode node, Expressions expressions) {
    int least = node.count("minLength").orElse(0);
    int most = node.count("maxLength").orElse(Math.max(least, DEFAULT_LENGTH));
    if (least > most) {
      throw node.wrong("minLength above maxLength", "minLength of at most " + most);
    }
    Expression character =
        CharacterEncoder.json(expressions).oneOf(CharacterEncoder.anyCharacter());
    return expressions.repeat(character, least, most);
  }
}
