package io.sparkllama.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.InetAddressValidator;

/**
 * IP addresses of both versions, without ports and lengths of prefixes. Five numbers with points
 * between them are a version, and words of code such as {@code a::b}, which have no digit, are
 * left.
 */
final class IpAddresses {

  private static final InetAddressValidator VALID = InetAddressValidator.getInstance();

  private static final Pattern VERSION_4 =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?<![0-9]\\.)[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?![\\p{L}\\p{N}]|\\.[0-9])");

  /** Behind a word with a colon, which is no part of it. */
  private static final Pattern VERSION_6 =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}:])(?:[0-9A-Za-z]*+(?<=[0-9A-Za-z]{0,40}[G-Zg-z][0-9A-Za-z]{0,40}):)?"
              + "((?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]*+(?:(?:\\.[0-9]{1,3}){3})?"
              + "(?:%[0-9A-Za-z]+(?:[._-][0-9A-Za-z]+)*)?)(?![\\p{L}\\p{N}]|\\.[0-9])");

  private IpAddresses() {}

  static List<Span> in(String text) {
    List<Span> found = new ArrayList<>();
    Matcher four = VERSION_4.matcher(text);
    while (four.find()) {
      if (VALID.isValidInet4Address(four.group())) {
        found.add(new Span(four.start(), four.end()));
      }
    }
    Matcher six = VERSION_6.matcher(text);
    // Most texts have no two colons, and the pattern is slow to see that.
    while (text.indexOf(':') < text.lastIndexOf(':') && six.find()) {
      // A colon behind an address is punctuation.
      String address = six.group(1).replaceFirst("(?<!:):$", "");
      boolean digit = address.chars().anyMatch(Character::isDigit);
      if (digit && VALID.isValidInet6Address(address)) {
        found.add(new Span(six.start(1), six.start(1) + address.length()));
      }
    }
    return found;
  }
}
