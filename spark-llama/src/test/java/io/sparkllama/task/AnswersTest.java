package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code, lists and aspects as Llama 3 models write them. */
class AnswersTest {

  private static final String CODE = "def twice(x):\n    return 2 * x";
  private static final String MAIL =
      "Ann Lee (ann@lee.org) met Bob in New York. Ann likes New York, but Bobby does not.";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "def twice(x):\n    return 2 * x",
        "```python\ndef twice(x):\n    return 2 * x\n```",
        "```\ndef twice(x):\n    return 2 * x\n```\n",
        "Here is the corrected code:\n\n```python\ndef twice(x):\n    return 2 * x\n```\n\nThe error was x.",
        "Sure! Here's the fixed function:\n```py\ndef twice(x):\n    return 2 * x\n```\nLet me know!",
        "```python\ndef twice(x):\n    return 2 * x",
        "def twice(x):\n    return 2 * x\n```\n\nThis function doubles its argument.",
        "Here is the code:\ndef twice(x):\n    return 2 * x",
        "The corrected version of the code:\n\ndef twice(x):\n    return 2 * x\n"
      })
  void findsTheCode(String answer) {
    assertThat(Fences.code(answer)).isEqualTo(CODE);
  }

  @Test
  void continuesCodeWithoutRepeatingIt() {
    assertThat(Fences.continuation("    return 2 * x", "def twice(x):"))
        .isEqualTo("    return 2 * x");
    assertThat(Fences.continuation("```python\n" + CODE + "\n```", "def twice(x):\n"))
        .isEqualTo("    return 2 * x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- Ann Lee\n- ann@lee.org\n- New York",
        "1. Ann Lee\n2. ann@lee.org\n3. New York",
        "Ann Lee, ann@lee.org, New York",
        "person: Ann Lee\nemail: ann@lee.org\nplace: New York",
        "**Person**: \"Ann Lee\"\n**Email**: ann@lee.org\n**Place:** New York",
        "Here is the list:\n\nAnn Lee\nann@lee.org\nNew York\nParis\n\nLet me know!",
        "```\nann lee\nann@lee.org\nnew york\n```"
      })
  void masksWhatAListNamesAndNothingElse(String list) {
    assertThat(Mentions.masked(MAIL, List.of(list)))
        .isEqualTo(
            "[MASKED] ([MASKED]) met Bob in [MASKED]. Ann likes [MASKED], but Bobby does not.");
  }

  @Test
  void masksWholeWordsOnly() {
    assertThat(Mentions.masked(MAIL, List.of("Bob\nAnn"))).contains("met [MASKED] in", "Bobby");
    assertThat(Mentions.masked("costs $5 (a+b)", List.of("$5\n(a+b)")))
        .isEqualTo("costs [MASKED] [MASKED]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[MASKED]", "MASKED", "masked\nAnn"})
  void leavesWhatIsMaskedAlready(String list) {
    assertThat(Mentions.masked("[MASKED] met [MASKED]", List.of(list)))
        .isEqualTo("[MASKED] met [MASKED]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None.", "There are none in this text.", "", "Zurich"})
  void leavesTheTextWhenTheListNamesNothingInIt(String list) {
    assertThat(Mentions.masked(MAIL, List.of(list))).isEqualTo(MAIL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "battery life: negative\nscreen: positive",
        "- battery life: negative\n- screen: positive",
        "* **battery life**: Negative\n* **screen**: Positive",
        "1. battery life - negative\n2. screen - positive",
        "Here is the list:\n\nbattery life: negative (it dies)\nscreen: positive, very sharp",
        "battery life (negative)\nscreen (positive)\n\nLet me know if you need more.",
        "battery life: negative\nscreen: positive\nscreen: neutral\nprice: unclear"
      })
  void readsAspects(String answer) {
    assertThat(AspectLines.read(List.of(answer)))
        .containsExactly(
            new AspectSentiment("battery life", "negative"),
            new AspectSentiment("screen", "positive"));
  }

  @Test
  void oneParagraphIsAnsweredByOne() {
    Writing translation = new Translate("fr");
    List<String> answer = List.of("Translation: Un pont.\n\nPremise 1: Un pont.\n\nPremise 2:");
    assertThat(translation.read(answer, TaskInput.of("A bridge.")))
        .isEqualTo(new Value.Text("Un pont."));
    assertThat(
            translation.read(List.of("Un pont.\n\nUne rue."), TaskInput.of("A bridge.\n\nA road.")))
        .isEqualTo(new Value.Text("Un pont.\n\nUne rue."));
  }

  @Test
  void aListOfNoAspectsIsEmpty() {
    assertThat(AspectLines.read(List.of("none", "The text has no opinion."))).isEmpty();
  }
}
