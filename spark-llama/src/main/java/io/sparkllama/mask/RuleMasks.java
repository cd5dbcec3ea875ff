package io.sparkllama.mask;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Replaces what rules find in a text. Safe for use by many threads. */
public final class RuleMasks {

  private RuleMasks() {}

  /**
   * The text with every mention of some kinds replaced, and not otherwise changed.
   *
   * @param region whose national phone numbers are found too, one of {@link PhoneRegion}; empty for
   *     none
   */
  public static String masked(String text, Set<MaskRule> rules, String region, String mask) {
    StringBuilder masked = new StringBuilder(text);
    List<Span> spans = Span.merged(spans(text, rules, region));
    for (int i = spans.size() - 1; i >= 0; i--) {
      masked.replace(spans.get(i).start(), spans.get(i).end(), mask);
    }
    return masked.toString();
  }

  private static List<Span> spans(String text, Set<MaskRule> rules, String region) {
    Map<MaskRule, List<Span>> found = new EnumMap<>(MaskRule.class);
    boolean phones = rules.contains(MaskRule.PHONE);
    for (MaskRule rule : MaskRule.values()) {
      if (rules.contains(rule) || (phones && holdsDigitsOfItsOwn(rule))) {
        found.put(rule, find(rule, text, region));
      }
    }
    if (phones) {
      List<Span> others =
          found.entrySet().stream()
              .filter(entry -> holdsDigitsOfItsOwn(entry.getKey()))
              .flatMap(entry -> entry.getValue().stream())
              .toList();
      found.get(MaskRule.PHONE).removeIf(phone -> others.stream().anyMatch(phone::overlaps));
    }
    return rules.stream().flatMap(rule -> found.get(rule).stream()).toList();
  }

  /** Whose digits are no phone number, whatever they look like. */
  private static boolean holdsDigitsOfItsOwn(MaskRule rule) {
    return rule == MaskRule.CARD || rule == MaskRule.IBAN || rule == MaskRule.IP;
  }

  private static List<Span> find(MaskRule rule, String text, String region) {
    return new ArrayList<>(
        switch (rule) {
          case EMAIL -> Emails.in(text);
          case PHONE -> Phones.in(text, region);
          case CARD -> Cards.in(text);
          case IBAN -> Ibans.in(text);
          case IP -> IpAddresses.in(text);
        });
  }
}
