package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatterTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bonjour le monde.",
        "  Bonjour le monde.\n",
        "Here is the translation: Bonjour le monde.",
        "Here's the French translation:\n\nBonjour le monde.",
        "Sure! Here is the translated text: Bonjour le monde.",
        "Certainly, here is the translation of the text to French:\n\"Bonjour le monde.\"",
        "Translation: Bonjour le monde.",
        "The translation is: Bonjour le monde.",
        "French translation: Bonjour le monde.",
        "The text translates to: Bonjour le monde.",
        "Sure! Bonjour le monde.",
        "\u00ab Bonjour le monde. \u00bb",
        "\u201cBonjour le monde.\u201d",
        "Bonjour le monde.\n\nLet me know if you need anything else!",
        "Bonjour le monde.\n\n(Note: this is informal.)",
        "Here is a summary of the text: Bonjour le monde."
      })
  void leavesTheAnswer(String answer) {
    assertThat(Chatter.strip(answer)).isEqualTo("Bonjour le monde.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Here is my house: it is blue.",
        "He said \"yes\" and she said \"no\"",
        "The summary judgment was appealed.",
        "Note: the shop closes at five.",
        "First paragraph.\n\nSecond paragraph.",
        "Sure",
        "Translation:"
      })
  void leavesTextsThatOnlyLookLikeChatter(String answer) {
    assertThat(Chatter.strip(answer)).isEqualTo(answer);
  }

  @Test
  void keepsQuotesThatBelongToTheText() {
    assertThat(Chatter.strip("\"Yes\", he said, \"no\"")).isEqualTo("\"Yes\", he said, \"no\"");
  }
}
