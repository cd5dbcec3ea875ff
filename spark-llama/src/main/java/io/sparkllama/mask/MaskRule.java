package io.sparkllama.mask;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Kinds of mentions that rules find, with the labels that mean them. */
public enum MaskRule {
  /** Addresses as RFC 5322 and 6531 have them, without comments. */
  EMAIL("email, email address"),
  /** Numbers that are valid in the numbering plan of their country. */
  PHONE(
      "phone, phone number, telephone, telephone number, mobile number, mobile phone number,"
          + " cell phone number, fax number"),
  /** Numbers of payment cards: of a length and beginning that a scheme uses, and right by Luhn. */
  CARD(
      "card number, credit card, credit card number, debit card, debit card number, payment card,"
          + " payment card number"),
  /** ISO 13616: of a country's form, and with its check digits. */
  IBAN("iban, international bank account number"),
  /** Of versions 4 and 6. */
  IP("ip, ip address, ipv4, ipv4 address, ipv6, ipv6 address");

  private final String labels;

  MaskRule(String labels) {
    this.labels = labels;
  }

  /** The labels that mean it, in lower case and in the singular. */
  public List<String> labels() {
    return List.of(labels.split(", "));
  }

  /**
   * The rule that a label means, in any case, in the singular or plural, and with any of spaces,
   * hyphens and underscores in it.
   */
  public static Optional<MaskRule> ofLabel(String label) {
    String wanted = bare(label).replaceFirst("(?<=address)es$|(?<!s)s$", "");
    return Arrays.stream(values())
        .filter(rule -> rule.labels().stream().anyMatch(known -> bare(known).equals(wanted)))
        .findFirst();
  }

  private static String bare(String label) {
    return label.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "");
  }
}
