package io.sparkllama.finetune;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.errors.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder beside an output in which a run keeps its state and its best adapter, each in a folder
 * that appears whole and takes the place of the one before. The output is the best one under
 * another name, so that nothing has to be written when a run ends.
 */
final class WorkFolder {

  private static final String STATE = "state-";
  private static final String BEST = "best-";

  private final Path output;
  private final Path folder;

  WorkFolder(Path output) {
    this.output = output.toAbsolutePath().normalize();
    this.folder = this.output.resolveSibling(this.output.getFileName() + ".training");
  }

  /** Refuses what would be lost. */
  void require(FinetuneRequest.Start start) {
    boolean state = newest(STATE).isPresent();
    if (start == FinetuneRequest.Start.RESUME && !state) {
      throw new RequestException(
          "Cannot resume: found no state of a run in %s. Start without --resume."
              .formatted(folder));
    }
    if (start == FinetuneRequest.Start.NEW && state) {
      throw new RequestException(
          "Cannot begin: found the state of an earlier run in %s. Go on with it by --resume, or remove the folder."
              .formatted(folder));
    }
    if (start == FinetuneRequest.Start.NEW && Files.exists(output)) {
      throw new RequestException(
          "Cannot write %s: it is there already. Name another folder or remove it."
              .formatted(output));
    }
  }

  Optional<Path> state() {
    return newest(STATE);
  }

  void putState(int step, Consumer<Path> writer) {
    put(STATE, step, writer);
  }

  void putBest(int step, Consumer<Path> writer) {
    put(BEST, step, writer);
  }

  private void put(String kind, int step, Consumer<Path> writer) {
    Path target = folder.resolve(kind + "%08d".formatted(step));
    if (Files.exists(target)) {
      return;
    }
    writer.accept(target);
    all(kind).stream().filter(other -> !other.equals(target)).forEach(WorkFolder::delete);
  }

  /**
   * Gives the best adapter the output's name. What an interrupted run had left there is replaced.
   *
   * @return the output, where it has an adapter
   */
  Optional<Path> publish() {
    Optional<Path> best = newest(BEST);
    if (best.isPresent()) {
      delete(output);
      try {
        Files.move(best.get(), output, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw failed(e);
      }
    }
    return Files.exists(output) ? Optional.of(output) : Optional.empty();
  }

  /** Removes the state of a run that is done. */
  void clear() {
    delete(folder);
  }

  private Optional<Path> newest(String kind) {
    List<Path> all = all(kind);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  private List<Path> all(String kind) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.getFileName().toString().startsWith(kind))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static void delete(Path target) {
    try (Stream<Path> entries = Files.exists(target) ? Files.walk(target) : Stream.empty()) {
      entries.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot remove %s: %s. Remove it by hand.".formatted(target, e), e);
    }
  }

  private ConversionException failed(IOException e) {
    return new ConversionException(
        "Cannot write %s: %s. Check the folder's rights and the free space.".formatted(output, e),
        e);
  }
}
