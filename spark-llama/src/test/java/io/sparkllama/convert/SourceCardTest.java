package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceCardTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "---\nlicense: apache-2.0\n---\n# Model",
        "---\r\nlanguage:\r\n- en\r\nlicense: 'apache-2.0'\r\n---\r\n",
        "---\nlicense: other\nlicense_name: apache-2.0\nlicense_link: LICENSE\n---\n",
        "---\nlicense_name: apache-2.0\nlicense: other\n---"
      })
  void theLicenseStandsInTheHead(String card) {
    assertThat(SourceCard.license(card)).contains("apache-2.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# Model\nlicense: mit",
        "---\ntags:\n- x\n---\nlicense: mit",
        "",
        "---\nlicense: mit"
      })
  void elsewhereIsNoLicense(String card) {
    assertThat(SourceCard.license(card)).isEmpty();
  }

  @Test
  void otherIsNoName() {
    assertThat(SourceCard.license("---\nlicense: other\n---\n")).isEmpty();
  }
}
