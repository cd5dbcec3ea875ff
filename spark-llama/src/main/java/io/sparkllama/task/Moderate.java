package io.sparkllama.task;

import java.util.Arrays;
import java.util.List;

/**
 * How likely a text is to do harm in each of some ways.
 *
 * @param hazards at least one, each once
 */
public record Moderate(List<Hazard> hazards) implements Questions {
  public Moderate {
    hazards = List.copyOf(hazards);
  }

  /** In every way of the taxonomy. */
  public Moderate() {
    this(Arrays.asList(Hazard.values()));
  }

  /** That of its questions, whose prompt it has. */
  @Override
  public String name() {
    return Harms.NAME;
  }

  @Override
  public List<Harms> questions() {
    return hazards.stream().map(Harms::new).toList();
  }

  @Override
  public List<String> names() {
    return hazards.stream().map(Hazard::label).toList();
  }
}
