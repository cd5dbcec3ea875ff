package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as Llama 3 models write them. */
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
        "Here is a summary of the text: Bonjour le monde.",
        "**Summary:**\n\nBonjour le monde.",
        "**Summary**\nBonjour le monde.",
        "**Summary:** Bonjour le monde.",
        "**Summary**: Bonjour le monde.",
        "## Summary\n\nBonjour le monde.",
        "Summary:\nBonjour le monde.",
        "TL;DR: Bonjour le monde.",
        "Here is a summary of the text in 30 words:\n\n**Summary:**\n\nBonjour le monde.",
        "Here's a summary of the text in at most 20 words:\n\nBonjour le monde.",
        "Bonjour le monde. (3 words)",
        "Bonjour le monde.\n\n(Word count: 3)",
        "Here is the corrected text:\n\n\"Bonjour le monde.\"",
        "Here is the corrected version of the sentence:\n\nBonjour le monde.",
        "Corrected text: Bonjour le monde.",
        "Corrected: Bonjour le monde.",
        "**Corrected:** Bonjour le monde.",
        "The corrected sentence is: Bonjour le monde.",
        "**Corrected Text:**\nBonjour le monde.",
        "I've corrected the text for you:\n\nBonjour le monde.",
        "I have translated the text to French:\nBonjour le monde.",
        "Bonjour le monde.\n\nExplanation:\n- a comma was missing",
        "Bonjour le monde.\n\n**Changes made:**\n1. a comma",
        "Bonjour le monde.\n\nI made the following changes:\n* a comma",
        "Bonjour le monde.\n\nNote: I corrected the verb.",
        "Bonjour le monde.\n\nNote that the text is informal.",
        "Bonjour le monde.\n\nI hope this helps!",
        "Bonjour le monde.\nI hope this helps! Let me know if you have questions.",
        "Bonjour le monde.\nWould you like me to translate anything else?",
        "Bonjour le monde.\n\nFeel free to ask if you need more.",
        "Bonjour le monde.\n\nIs there anything else I can help you with?",
        "```\nBonjour le monde.\n```",
        "Sure, here is the translation:\n\n```text\nBonjour le monde.\n```",
        "I'd be happy to help! Here is the translation:\n\nBonjour le monde.",
        "I can help you with that. Here is the translation:\n\nBonjour le monde.",
        "Of course! Here's your translation:\n\n\"Bonjour le monde.\"\n\nLet me know if I can help."
      })
  void leavesTheAnswer(String answer) {
    assertThat(Chatter.strip(answer, "Hello world.")).isEqualTo("Bonjour le monde.");
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
        "Translation:",
        "**Bold** words open this text.",
        "I have corrected my view.",
        "The answer to life is 42.",
        "Dear all,\n\nThe meeting is at 3 (about 40 people).",
        "Run this:\n```\nls\n```\nthen that:\n```\nps\n```"
      })
  void leavesTextsThatOnlyLookLikeChatter(String answer) {
    assertThat(Chatter.strip(answer, "something else")).isEqualTo(answer);
  }

  @Test
  void keepsQuotesThatBelongToTheText() {
    assertThat(Chatter.strip("\"Yes\", he said, \"no\"", "")).isEqualTo("\"Yes\", he said, \"no\"");
    assertThat(Chatter.strip("\"It's fine.\"", "\"Its fine.\"")).isEqualTo("\"It's fine.\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Summary: the year was good.",
        "We meet at three.\n\nLet me know if you can come.",
        "Sure! I will come."
      })
  void keepsWhatStandsInTheTextItself(String text) {
    assertThat(Chatter.strip(text, text)).isEqualTo(text);
  }
}
