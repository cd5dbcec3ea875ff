package io.sparkllama.task;

import io.sparkllama.mask.MaskRule;
import io.sparkllama.mask.RuleMasks;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The text with what it mentions of some kinds replaced by {@code [MASKED]}, and not otherwise
 * changed. What a rule knows is found by it. Of the rest the model, which reads the text with that
 * masked, lists the mentions, and those that stand in the text are replaced.
 *
 * @param labels kinds of mentions, such as person
 * @param region whose national phone numbers are found, one of {@link
 *     io.sparkllama.mask.PhoneRegion}; empty for international ones alone
 */
public record Mask(List<String> labels, String region) implements Writing {
  public Mask {
    labels = List.copyOf(labels);
  }

  /** With phone numbers in their international form. */
  public Mask(List<String> labels) {
    this(labels, "");
  }

  /** Without a prompt where rules know all labels. */
  @Override
  public String name() {
    return byRulesAlone() ? "mask_by_rules" : "mask";
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("labels", Wording.alternatives(asked()));
  }

  @Override
  public int answerTokens(int promptTokens) {
    return promptTokens + 16;
  }

  @Override
  public TaskInput reading(TaskInput input) {
    return TaskInput.of(RuleMasks.masked(TextAnswers.text(input), rules(), region, Mentions.MASK));
  }

  @Override
  public Value read(List<String> answers, TaskInput input) {
    return new Value.Text(Mentions.masked(TextAnswers.text(input), answers));
  }

  /** Whether the model has nothing to find. */
  boolean byRulesAlone() {
    return asked().isEmpty();
  }

  /** Labels that no rule knows. */
  private List<String> asked() {
    return labels.stream().filter(label -> MaskRule.ofLabel(label).isEmpty()).toList();
  }

  private Set<MaskRule> rules() {
    Set<MaskRule> rules = EnumSet.noneOf(MaskRule.class);
    labels.forEach(label -> MaskRule.ofLabel(label).ifPresent(rules::add));
    return rules;
  }
}
