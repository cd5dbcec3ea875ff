package io.sparkllama.task;

import io.sparkllama.model.PromptTemplate;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The prompt of each task: the package's own where it has one, else the built-in one. */
public final class Prompts {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)}");

  private final Map<String, PromptTemplate> own;
  private final PromptOrder order;

  /**
   * @param own prompts by task name that replace the built-in ones
   */
  public Prompts(Map<String, PromptTemplate> own, PromptOrder order) {
    this.own = own;
    this.order = order;
  }

  /** A conversation stays as it is. */
  List<ChatMessage> messages(Task task, TaskInput input) {
    if (input instanceof TaskInput.Chat chat) {
      return chat.messages();
    }
    PromptTemplate template = template(task);
    Map<String, String> values = new HashMap<>(task.placeholders());
    values.put("text", TextAnswers.text(input));
    List<ChatMessage> messages = new ArrayList<>();
    if (!template.system().isEmpty()) {
      messages.add(ChatMessage.system(fill(template.system(), values)));
    }
    messages.add(ChatMessage.user(fill(template.user(), values)));
    return messages;
  }

  private PromptTemplate template(Task task) {
    return find(task).orElseThrow();
  }

  /** What a task says to the model about a text; nothing for a task that asks no model. */
  public Optional<PromptTemplate> find(Task task) {
    return Optional.ofNullable(own.getOrDefault(task.name(), BuiltInPrompts.of(task)))
        .map(template -> order == PromptOrder.TEXT_FIRST ? template.textFirst() : template);
  }

  /** One pass: a placeholder inside a text that was filled in stays what it is. */
  private static String fill(String template, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(
            match -> Matcher.quoteReplacement(values.getOrDefault(match.group(1), match.group())));
  }
}
