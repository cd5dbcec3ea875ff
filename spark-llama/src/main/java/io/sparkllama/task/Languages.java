package io.sparkllama.task;

import io.sparkllama.errors.RequestException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The languages that translations and language detection know, by code or English name. */
public final class Languages {

  private static final List<Language> ALL =
      Stream.of(
              "ar Arabic, bg Bulgarian, bn Bengali, ca Catalan, cs Czech, da Danish, de German",
              "el Greek, en English, es Spanish, et Estonian, fa Persian, fi Finnish, fr French",
              "he Hebrew, hi Hindi, hr Croatian, hu Hungarian, id Indonesian, it Italian",
              "ja Japanese, ko Korean, lt Lithuanian, lv Latvian, nl Dutch, no Norwegian",
              "pl Polish, pt Portuguese, ro Romanian, ru Russian, sk Slovak, sl Slovenian",
              "sr Serbian, sv Swedish, sw Swahili, ta Tamil, th Thai, tr Turkish, uk Ukrainian",
              "ur Urdu, vi Vietnamese, zh Chinese")
          .flatMap(line -> Stream.of(line.split(", ")))
          .map(entry -> new Language(entry.substring(0, 2), entry.substring(3)))
          .toList();

  private Languages() {}

  /** A language by its code or English name, in any case. */
  public static Optional<Language> find(String codeOrName) {
    String wanted = codeOrName.strip();
    return ALL.stream()
        .filter(
            language ->
                language.code().equalsIgnoreCase(wanted)
                    || language.name().equalsIgnoreCase(wanted))
        .findFirst();
  }

  /**
   * As {@link #find}.
   *
   * @throws RequestException lists the codes that are known
   */
  public static Language require(String codeOrName) {
    return find(codeOrName)
        .orElseThrow(
            () ->
                new RequestException(
                    "Invalid language: found %s, expected one of %s or an English name. Change the language."
                        .formatted(codeOrName, String.join(", ", codes()))));
  }

  static List<String> codes() {
    return ALL.stream().map(Language::code).toList();
  }

  static List<String> names() {
    return ALL.stream().map(Language::name).toList();
  }
}
