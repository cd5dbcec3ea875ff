package io.sparkllama.task;

import java.util.List;

/**
 * For each of some labels, how likely it is to fit the text: any number may.
 *
 * @param choices at least one, of distinct names
 */
public record Tagging(List<Label> choices) implements Questions {
  public Tagging {
    choices = List.copyOf(choices);
  }

  /** That of its questions, whose prompt it has. */
  @Override
  public String name() {
    return Fits.NAME;
  }

  @Override
  public List<Fits> questions() {
    return choices.stream().map(Fits::new).toList();
  }

  @Override
  public List<String> names() {
    return choices.stream().map(Label::name).toList();
  }
}
