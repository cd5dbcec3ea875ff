package io.sparkllama.task;

import io.sparkllama.model.PromptTemplate;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The prompts of tasks for which a package has none of its own. */
final class BuiltInPrompts {

  private static final Map<String, PromptTemplate> ALL =
      Stream.of(
              instruction(
                  "sentiment",
                  "Classify the sentiment of the text. Answer only with one word: {labels}."),
              instruction(
                  "summarize",
                  "Summarize the text in at most {max_words} words. Answer only with the summary."),
              instruction("summarize_freely", "Summarize the text. Answer only with the summary."),
              instruction(
                  "agg",
                  "The user gives texts. Follow this instruction for all of them together:"
                      + " {instruction}\nAnswer only with the result."),
              instruction(
                  "agg_combine",
                  "The user gives answers to one instruction, each for a part of the texts. Make one"
                      + " answer of them that follows the instruction: {instruction}\nAnswer only"
                      + " with the result."),
              instruction(
                  "translate",
                  "Translate the text to {language}. Answer only with the translation."),
              question("generate", "{text}"),
              instruction(
                  "emotions",
                  "Which emotion does the text express most? Answer only with one word: {labels}."),
              instruction(
                  "detect_language",
                  "In which language is the text written? Answer only with the English name of the"
                      + " language."),
              instruction(
                  "classify", "Classify the text. Answer only with one of these labels: {labels}."),
              instruction(
                  "classify_described",
                  "Classify the text by these labels:\n{descriptions}\nAnswer only with the name of"
                      + " the label that fits best."),
              question(
                  "filter",
                  "Text: {text}\n\nIs this true of the text? {condition}\nAnswer only with Yes or No."),
              question(
                  Fits.NAME,
                  "Text: {text}\n\nIs this true of the text? This label fits it: {label}\nAnswer only"
                      + " with Yes or No."),
              question(
                  Harms.NAME,
                  "Text: {text}\n\nIs this true of the text? It contains or encourages {hazard}.\nAnswer"
                      + " only with Yes or No."),
              instruction(
                  "extract",
                  "Extract these fields from the text:\n{fields}\nAnswer only with a JSON object of"
                      + " these fields. Copy what the text says; null for what it does not say."),
              instruction(
                  "fix_grammar",
                  "Correct the spelling and grammar of the text and change nothing else. Answer only"
                      + " with the corrected text."),
              instruction(
                  "mask",
                  "List every {labels} that the text mentions, one on each line, exactly as it is"
                      + " written in the text. Answer only with the list, or with none."),
              instruction(
                  "aspect_sentiment",
                  "List each thing that the text gives an opinion on, one on each line, with a colon"
                      + " and positive, negative or neutral behind it. Answer only with the list, or"
                      + " with none."),
              instruction(
                  "code_complete",
                  "Continue the code where it ends. Answer only with the code that comes next, without"
                      + " an explanation."),
              instruction("code_explain", "Explain in a few sentences what the code does and how."),
              instruction(
                  "code_fix",
                  "Find and correct the errors in the code. Answer only with the whole corrected code,"
                      + " without an explanation."),
              instruction(
                  "code_document",
                  "Add comments to the code that say what it does, and change nothing else. Answer only"
                      + " with the whole code."))
          .collect(Collectors.toUnmodifiableMap(Named::name, Named::template));

  private record Named(String name, PromptTemplate template) {}

  private BuiltInPrompts() {}

  static PromptTemplate of(Task task) {
    return ALL.get(task.name());
  }

  /** The instruction as system message. */
  private static Named instruction(String name, String system) {
    return new Named(name, new PromptTemplate(name + "-1", system, "{text}"));
  }

  /** One message. */
  private static Named question(String name, String user) {
    return new Named(name, new PromptTemplate(name + "-1", "", user));
  }
}
