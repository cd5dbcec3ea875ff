package io.sparkllama.mask;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules find, by examples of the specifications and of those who give the numbers out. */
class RuleMasksTest {

  private static final PhoneNumberUtil PLANS = PhoneNumberUtil.getInstance();

  private static final List<String> SURROUNDINGS =
      List.of(
          "%s",
          "(%s)",
          "It is %s.",
          "first,%s,last",
          "field:%s; next",
          "<%s>",
          "\u201c%s\u201d",
          "\u2018%s\u2019!",
          "[%s]",
          "eins %s?\nzwei",
          "\u00e9t\u00e9 %s \ud83d\ude00");

  private static String masked(String text, MaskRule... rules) {
    return RuleMasks.masked(text, EnumSet.copyOf(List.of(rules)), "", "#");
  }

  private static void findsEverywhere(String mention, MaskRule rule, String region) {
    for (String surrounding : SURROUNDINGS) {
      String text = surrounding.formatted(mention);
      assertThat(RuleMasks.masked(text, EnumSet.of(rule), region, "#"))
          .as(text)
          .isEqualTo(surrounding.formatted("#"));
    }
  }

  /** Test numbers that payment services publish for the schemes; the spaces are those of cards. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111111",
        "4111 1111 1111 1111",
        "4012-8888-8888-1881",
        "4222222222222",
        "5555555555554444",
        "5105\u00a01051\u00a00510\u00a05100",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "371449635398431",
        "6011111111111117",
        "6011000990139424",
        "30569309025904",
        "3852 000002 3237",
        "3530111333300000",
        "3566002020360505",
        "6200000000000005",
        "6205500000000000004",
        "6759649826438453",
        "\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11"
      })
  void findsCards(String card) {
    findsEverywhere(card, MaskRule.CARD, "");
  }

  @Test
  void aCardEndsWhereItsDigitsDo() {
    assertThat(masked("4111 1111 1111 1111 12/27 CVC 123", MaskRule.CARD))
        .isEqualTo("# 12/27 CVC 123");
    assertThat(masked("4111 1111 1111 1111 123", MaskRule.CARD)).isEqualTo("# 123");
    assertThat(masked("no. 1234 4111 1111 1111 1111", MaskRule.CARD)).isEqualTo("no. 1234 #");
    assertThat(masked("4111111111111111,5555555555554444", MaskRule.CARD)).isEqualTo("#,#");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111112", // Luhn fails
        "4111 1111 1111 1112",
        "5555555555554445",
        "1111111111111117", // right by Luhn, but no scheme begins with 1
        "411111111111111", // too short for its scheme
        "41111111111111110", // inside of a longer number
        "94111111111111111",
        "12345678901234567890411111111111111112345",
        "0.4111111111111111", // a fraction
        "4111111111111111.25",
        "a4111111111111111", // an identifier
        "4111111111111111f",
        "4111 1111\n1111 1111 1111",
        "4111  1111  1111  1111",
        "550e8400-e29b-41d4-a716-446655440000", // a UUID
        "2026-11-29 07:44:55",
        "order 20261129074455"
      })
  void leavesWhatIsNoCard(String text) {
    assertThat(masked(text, MaskRule.CARD)).isEqualTo(text);
  }

  /** Examples of the SWIFT IBAN registry. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AD1200012030200359100100",
        "AE070331234567890123456",
        "AL47212110090000000235698741",
        "AT611904300234573201",
        "BE68539007547034",
        "BE68 5390 0754 7034",
        "CH9300762011623852957",
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "de89 3704 0044 0532 0130 00",
        "DE89-3704-0044-0532-0130-00",
        "ES9121000418450200051332",
        "FR1420041010050500013M02606",
        "FR14 2004 1010 0505 0001 3M02 606",
        "GB29NWBK60161331926819",
        "GB29\u00a0NWBK\u00a06016\u00a01331\u00a09268\u00a019",
        "IT60X0542811101000000123456",
        "LC55HEMM000100010012001200023015",
        "MT84MALT011000012345MTLCAST001S",
        "NL91ABNA0417164300",
        "NO9386011117947",
        "PL61109010140000071219812874",
        "SA0380000000608010167519",
        "SE4550000000058398257466"
      })
  void findsIbans(String iban) {
    findsEverywhere(iban, MaskRule.IBAN, "");
  }

  @Test
  void anIbanEndsWhereItsCountrySaysSo() {
    assertThat(masked("DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX", MaskRule.IBAN))
        .isEqualTo("# BIC COBADEFFXXX");
    assertThat(masked("BE68 5390 0754 7034 DE89 3704 0044 0532 0130 00", MaskRule.IBAN))
        .isEqualTo("# #");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DE88370400440532013000", // check digits
        "DE8937040044053201300", // a digit less
        "DE893704004405320130001", // a digit more
        "XDE89370400440532013000",
        "GB29NW3K60161331926819", // a digit in the bank's code
        "XX89370400440532013000", // no such country
        "DE89  3704 0044 0532 0130 00",
        "DE12 men and 34 women went home"
      })
  void leavesWhatIsNoIban(String text) {
    assertThat(masked(text, MaskRule.IBAN)).isEqualTo(text);
  }

  /** Addresses for documentation: RFC 5737, 3849 and 4291; with a zone, RFC 4007. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.255",
        "2001:db8::1",
        "2001:DB8:0:0:8:800:200C:417A",
        "2001:db8:85a3::8a2e:370:7334",
        "FF01::101",
        "::1",
        "::ffff:192.0.2.128",
        "fe80::1%eth0"
      })
  void findsIpAddresses(String address) {
    findsEverywhere(address, MaskRule.IP, "");
  }

  @Test
  void anAddressEndsBeforeItsPortAndPrefix() {
    assertThat(masked("192.0.2.1:8080 and 198.51.100.0/24", MaskRule.IP))
        .isEqualTo("#:8080 and #/24");
    assertThat(masked("http://[2001:db8::1]:80/ or 2001:db8::/32", MaskRule.IP))
        .isEqualTo("http://[#]:80/ or #/32");
    assertThat(masked("from 2001:db8::1: hello ...192.0.2.1...", MaskRule.IP))
        .isEqualTo("from #: hello ...#...");
    assertThat(masked("ip:2001:db8::1, code:2001:db8::2", MaskRule.IP)).isEqualTo("ip:#, code:#");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.2.3.4.5", // a version
        "v1.2.3.4",
        "1.2.3",
        "192.0.2.256",
        "192.0.02.1",
        "1192.0.2.1",
        "192.0.2.1234",
        "12:30:45",
        "at 12:30:45.123",
        "00:1A:2B:3C:4D:5E", // a MAC address
        "std::vector and Foo::bar and dead::beef",
        "1:2:3:4:5:6:7:8:9",
        "2001:db8::12345",
        "a ratio of 1:2, then 3:4"
      })
  void leavesWhatIsNoAddress(String text) {
    assertThat(masked(text, MaskRule.IP)).isEqualTo(text);
  }

  /** Examples of RFC 5322 and 6531, in domains that RFC 2606 keeps for documentation. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "john.q.public@example.com",
        "mary@x.test",
        "jdoe+news@mail.example.org",
        "JDOE@EXAMPLE.ORG",
        "o'brien_1@example.co.uk",
        "_a@example.org",
        "x@xn--bcher-kva.example",
        "\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a",
        "J\u00f6rg@b\u00fccher.example",
        "\"john doe\"@example.org",
        "jsmith@[192.0.2.1]",
        "a@b-c.example"
      })
  void findsEmails(String address) {
    findsEverywhere(address, MaskRule.EMAIL, "");
  }

  @Test
  void anEmailEndsWithItsDomain() {
    assertThat(masked("mailto:ann@example.org?subject=x", MaskRule.EMAIL))
        .isEqualTo("mailto:#?subject=x");
    assertThat(masked("'ann@example.org','bob@example.org'", MaskRule.EMAIL)).isEqualTo("'#','#'");
    assertThat(masked("https://example.org/users/ann@example.org/edit", MaskRule.EMAIL))
        .isEqualTo("https://example.org/users/#/edit");
    assertThat(masked("Write to ann@example.org.Then wait", MaskRule.EMAIL)).doesNotContain("ann");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@ann said hi",
        "lunch @ noon",
        "ann@localhost",
        "lodash@4.17.21",
        "a@b@",
        "ann@.example.org",
        "ann@-x.org",
        "@example.org",
        "3 apples @ $1.50 each",
        "ann@example.c0m1"
      })
  void leavesWhatIsNoEmail(String text) {
    assertThat(masked(text, MaskRule.EMAIL)).isEqualTo(text);
  }

  static Stream<String> regions() {
    return PLANS.getSupportedRegions().stream().sorted();
  }

  /** The example that the numbering plan of each region gives. */
  @ParameterizedTest
  @MethodSource("regions")
  void findsExampleNumbersOfEachRegion(String region) {
    PhoneNumber example = PLANS.getExampleNumber(region);
    for (PhoneNumberFormat form :
        List.of(PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164)) {
      findsEverywhere(PLANS.format(example, form), MaskRule.PHONE, "");
    }
    String national = PLANS.format(example, PhoneNumberFormat.NATIONAL);
    assertThat(RuleMasks.masked("Call " + national + ".", Set.of(MaskRule.PHONE), region, "#"))
        .isEqualTo("Call #.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Call (650) 253-0000 now | US | Call # now",
        "Call 650-253-0000 ext. 12 now | US | Call # now",
        "Call (650) 253-0000 now | '' | Call (650) 253-0000 now",
        "Tel. 030 123456 oder +1 650 253 0000 | DE | Tel. # oder #",
        "Order 1234567890 of 2026-11-29 | US | Order 1234567890 of 2026-11-29",
        "On 29.11.2026, 11/29/2026 or 2026-11-29 | DE | On 29.11.2026, 11/29/2026 or 2026-11-29",
        "On 29.11.2026, 11/29/2026 or 2026-11-29 | US | On 29.11.2026, 11/29/2026 or 2026-11-29",
        "On 29.11.26 and 11/29/26 | DE | On 29.11.26 and 11/29/26",
        "On 29.11.26 and 11/29/26 | US | On 29.11.26 and 11/29/26",
        "2026-11-29 07:44:55 | US | 2026-11-29 07:44:55",
        "version 1.2.3.4.5 | US | version 1.2.3.4.5",
        "+99912345678 and +49 | '' | +99912345678 and +49",
        "id a6502530000b and 165025300001234 | US | id a6502530000b and 165025300001234",
        "$650,253,000.00 | US | '$650,253,000.00'"
      })
  void aRegionAddsItsNationalNumbers(String text, String region, String expected) {
    assertThat(RuleMasks.masked(text, Set.of(MaskRule.PHONE), region, "#")).isEqualTo(expected);
  }

  /** The digits of a card, an account or an address are no phone number, asked for or not. */
  @ParameterizedTest
  @ValueSource(
      strings = {"4111 1111 1111 1111", "6011-1111-1111-1117", "NO93 8601 1117 947", "192.0.2.100"})
  void numbersOfOtherKindsAreNoPhones(String text) {
    for (String region : List.of("US", "DE", "NO")) {
      assertThat(RuleMasks.masked(text, Set.of(MaskRule.PHONE), region, "#")).isEqualTo(text);
    }
  }

  @Test
  void kindsAreMaskedBesideEachOther() {
    String text =
        "Ann: ann@example.org, +49 30 123456, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111, 192.0.2.1";
    assertThat(masked(text, MaskRule.values())).isEqualTo("Ann: #, #, #, #, #");
    assertThat(masked(text, MaskRule.EMAIL, MaskRule.IP))
        .isEqualTo("Ann: #, +49 30 123456, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111, #");
    assertThat(masked("ann+4930123456@example.org", MaskRule.EMAIL, MaskRule.PHONE)).isEqualTo("#");
    assertThat(masked("", MaskRule.values())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(MaskRule.class)
  void labelsMeanTheirRuleHoweverTheyAreWritten(MaskRule rule) {
    for (String label : rule.labels()) {
      for (String written :
          List.of(
              label,
              label.toUpperCase(Locale.ROOT),
              label.replace(' ', '_'),
              label.replace(' ', '-'),
              " " + label + " ",
              label + (label.endsWith("address") ? "es" : "s"))) {
        assertThat(MaskRule.ofLabel(written)).as(written).contains(rule);
      }
    }
  }

  @Test
  void otherLabelsAreNoRules() {
    assertThat(MaskRule.ofLabel("E-Mail Addresses")).contains(MaskRule.EMAIL);
    for (String label : List.of("person", "address", "street address", "card", "number", "", "s")) {
      assertThat(MaskRule.ofLabel(label)).as(label).isEmpty();
    }
  }

  @Test
  void regionsAreThoseWithANumberingPlan() {
    assertThat(PhoneRegion.find("de")).contains("DE");
    assertThat(PhoneRegion.find("XX")).isEmpty();
    assertThat(PhoneRegion.find("Germany")).isEmpty();
  }

  /** A run of characters that nearly are something costs no more than its length. */
  @Test
  void longTextsTakeNoLongTime() {
    for (String piece :
        List.of("1", "1 ", "a.", "a@", ":", "f:", "DE12 ", "+49", "1.", "4-", "@")) {
      String text = piece.repeat(20_000);
      long start = System.nanoTime();
      masked(text, MaskRule.values());
      assertThat((System.nanoTime() - start) / 1e9).as(piece).isLessThan(5);
    }
  }
}
