package io.sparkllama.jobs.audit;

import io.sparkllama.jobs.pipeline.definition.Audit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A template with a term in it.
 *
 * @param attribute what the group belongs to
 * @param group of the term
 * @param template from 0, of the attribute
 * @param term from 0, of the group; those of one number are a pair
 */
record Prompt(String attribute, String group, int template, int term, String text) {

  /** Every term of every group in every template. */
  static List<Prompt> of(Audit audit) {
    List<Prompt> prompts = new ArrayList<>();
    for (Audit.Attribute attribute : audit.attributes()) {
      for (int template = 0; template < attribute.templates().size(); template++) {
        for (Map.Entry<String, List<String>> group : attribute.groups().entrySet()) {
          for (int term = 0; term < group.getValue().size(); term++) {
            prompts.add(
                new Prompt(
                    attribute.name(),
                    group.getKey(),
                    template,
                    term,
                    attribute
                        .templates()
                        .get(template)
                        .replace(Audit.TERM, group.getValue().get(term))));
          }
        }
      }
    }
    return prompts;
  }

  /** Leaves the text out. */
  @Override
  public String toString() {
    return "Prompt[%s, %s, %d, %d]".formatted(attribute, group, template, term);
  }
}
