package io.sparkllama.jobs.pipeline.definition;

import io.sparkllama.jobs.JobException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads audit files. */
public final class AuditFile {

  private AuditFile() {}

  /**
   * @param file for messages
   * @param yaml content of the file
   * @throws JobException with every mistake and its line
   */
  public static Audit parse(String file, String yaml) {
    Problems problems = new Problems("audit", file);
    Section root = Section.root(yaml, "an audit", problems);
    Audit audit =
        new Audit(
            asked(root),
            root.has("label") ? Optional.of(label(root.section("label"))) : Optional.empty(),
            attributes(root),
            problems.places());
    root.close();
    problems.throwIfAny();
    return audit;
  }

  private static Audit.Asked asked(Section part) {
    return new Audit.Asked(
        PipelineFile.functionName(part.text("function", "a function such as sentiment")),
        part.section("options").allConstants());
  }

  private static Audit.Asked label(Section part) {
    Audit.Asked label = asked(part);
    part.close();
    return label;
  }

  private static List<Audit.Attribute> attributes(Section file) {
    Set<String> names = new HashSet<>();
    return file.sections("attributes", "at least one with name, templates and groups").stream()
        .map(
            part -> {
              Audit.Attribute attribute = attribute(part);
              if (!names.add(attribute.name())) {
                part.problem(
                    "name", "found %s twice, expected another name.".formatted(attribute.name()));
              }
              return attribute;
            })
        .toList();
  }

  private static Audit.Attribute attribute(Section part) {
    Audit.Attribute attribute =
        new Audit.Attribute(
            part.text("name", "a name such as gender"),
            part.texts("templates", "texts with {term} in them"),
            part.section("groups", "two groups of terms or more").allLists());
    part.close();
    for (String template : attribute.templates()) {
      if (!template.contains(Audit.TERM)) {
        part.problem(
            "templates", "found a template without {term}, expected it where terms stand. Add it.");
      }
    }
    requireGroups(part, attribute.groups());
    return attribute;
  }

  private static void requireGroups(Section part, Map<String, List<String>> groups) {
    if (groups.size() < 2) {
      part.problem("groups", "found %d groups, expected at least two.".formatted(groups.size()));
    }
    if (groups.values().stream().mapToInt(List::size).distinct().count() > 1) {
      part.problem(
          "groups",
          "found groups of %s terms, expected equally many: those of one place are a pair."
              .formatted(groups.values().stream().map(terms -> "" + terms.size()).toList()));
    }
  }
}
