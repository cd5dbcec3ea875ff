package io.sparkllama.task;

import io.sparkllama.model.PromptTemplate;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The prompt of each task: the package's own where it has one, else the built-in one. */
final class Prompts {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(text|language|max_words)}");

  private static final Map<String, PromptTemplate> BUILT_IN =
      Map.of(
          "sentiment",
          new PromptTemplate(
              "sentiment-1",
              "Classify the sentiment of the text. Answer only with one word: positive, negative or"
                  + " neutral.",
              "{text}"),
          "summarize",
          new PromptTemplate(
              "summarize-1",
              "Summarize the text in at most {max_words} words. Answer only with the summary.",
              "{text}"),
          "translate",
          new PromptTemplate(
              "translate-1",
              "Translate the text to {language}. Answer only with the translation.",
              "{text}"),
          "generate",
          new PromptTemplate("generate-1", "", "{text}"));

  private final Map<String, PromptTemplate> own;
  private final PromptOrder order;

  Prompts(Map<String, PromptTemplate> own, PromptOrder order) {
    this.own = own;
    this.order = order;
  }

  List<ChatMessage> messages(Task task, String text) {
    PromptTemplate template = template(task);
    List<ChatMessage> messages = new ArrayList<>();
    if (!template.system().isEmpty()) {
      messages.add(ChatMessage.system(fill(template.system(), task, text)));
    }
    messages.add(ChatMessage.user(fill(template.user(), task, text)));
    return messages;
  }

  private PromptTemplate template(Task task) {
    PromptTemplate template = own.getOrDefault(task.name(), BUILT_IN.get(task.name()));
    return order == PromptOrder.TEXT_FIRST ? template.textFirst() : template;
  }

  /** One pass: a placeholder inside a text that was filled in stays what it is. */
  private static String fill(String template, Task task, String text) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), task, text)));
  }

  private static String value(String placeholder, Task task, String text) {
    if (placeholder.equals("language") && task instanceof Task.Translate translate) {
      return Languages.require(translate.language()).name();
    }
    if (placeholder.equals("max_words") && task instanceof Task.Summarize summarize) {
      return Integer.toString(summarize.maxWords());
    }
    return placeholder.equals("text") ? text : "{" + placeholder + "}";
  }
}
