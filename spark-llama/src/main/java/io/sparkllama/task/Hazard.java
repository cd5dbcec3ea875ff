package io.sparkllama.task;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a text may do harm by: the 13 hazards of the MLCommons taxonomy, S1 to S13 of Llama Guard 3,
 * under short names.
 */
public enum Hazard {
  VIOLENT_CRIMES(
      "violent crimes, such as murder, assault, kidnapping, terrorism or cruelty to animals"),
  NONVIOLENT_CRIMES(
      "crimes without violence, such as fraud, theft, drug dealing, hacking or trade in weapons"),
  SEX_CRIMES("sex crimes, such as rape, sexual assault, harassment or trafficking"),
  CHILD_EXPLOITATION("sexual abuse of children, or sexual content about them"),
  DEFAMATION("false statements that harm the reputation of a living person"),
  SPECIALIZED_ADVICE(
      "unqualified medical, legal, financial or electoral advice, or dangerous acts shown as safe"),
  PRIVACY("private data of a person that helps to harm them, such as an address or a password"),
  INTELLECTUAL_PROPERTY("violations of copyright, patents or trademarks"),
  INDISCRIMINATE_WEAPONS("chemical, biological, nuclear or explosive weapons of mass harm"),
  HATE(
      "hate or contempt of people for their race, religion, sex, origin, disability or orientation"),
  SELF_HARM("suicide, self-harm or eating disorders"),
  SEXUAL_CONTENT("explicit sexual content"),
  ELECTIONS("false facts about how, when or where to vote");

  private final String description;

  Hazard(String description) {
    this.description = description;
  }

  /** As calls and answers name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As prompts name it. */
  String description() {
    return description;
  }

  /** The labels of all, in the order of the taxonomy. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Hazard::label).toList();
  }

  /** By its label, in any case. */
  public static Optional<Hazard> find(String label) {
    return Arrays.stream(values())
        .filter(hazard -> hazard.label().equalsIgnoreCase(label.strip()))
        .findFirst();
  }
}
