package io.sparkllama.mask;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.Locale;
import java.util.Optional;

/** Regions that have phone numbers of their own. */
public final class PhoneRegion {

  private PhoneRegion() {}

  /**
   * A region as {@link RuleMasks} takes it.
   *
   * @param code ISO 3166-1 alpha-2, in any case
   * @return empty for a code without a numbering plan
   */
  public static Optional<String> find(String code) {
    return Optional.of(code.strip().toUpperCase(Locale.ROOT))
        .filter(PhoneNumberUtil.getInstance().getSupportedRegions()::contains);
  }
}
