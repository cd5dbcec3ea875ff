package io.sparkllama.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.RequestException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Keeps a window of lines in flight and hands their answers on in the order of the input.
 *
 * <p>A thread of its own reads and submits, so that an answer is handed on as soon as it is there,
 * even while the input has no next line yet.
 */
final class LinePipeline {

  /** Either a line's answer on its way, or, empty, the end of the input. */
  private record Pending(Optional<CompletableFuture<ObjectNode>> answer) {}

  private final LineAnswerer answerer;
  private final BlockingQueue<Pending> window;

  LinePipeline(LineAnswerer answerer, int window) {
    this.answerer = answerer;
    this.window = new ArrayBlockingQueue<>(window);
  }

  /**
   * Answers all lines but blank ones.
   *
   * @param input closed at its end, or when the run has ended and a line that was waited for comes
   * @return how many lines could not be answered
   */
  long run(BufferedReader input, Consumer<ObjectNode> output) throws InterruptedException {
    Thread reader = new Thread(() -> read(input), "spark-llama-input");
    reader.setDaemon(true);
    reader.start();
    try {
      long failed = 0;
      for (Pending next = window.take(); next.answer().isPresent(); next = window.take()) {
        ObjectNode line = next.answer().get().join();
        failed += line.hasNonNull("error") ? 1 : 0;
        output.accept(line);
      }
      return failed;
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      reader.interrupt();
    }
  }

  private void read(BufferedReader lines) {
    try {
      try (BufferedReader input = lines) {
        for (String line = input.readLine(); line != null; line = input.readLine()) {
          if (!line.isBlank()) {
            window.put(new Pending(Optional.of(answer(line))));
          }
        }
        window.put(new Pending(Optional.empty()));
      } catch (IOException | RuntimeException e) {
        window.put(new Pending(Optional.of(CompletableFuture.failedFuture(e))));
      }
    } catch (InterruptedException e) {
      // The other side has stopped: nobody waits for more.
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<ObjectNode> answer(String text) {
    JsonNode id = NullNode.instance;
    try {
      JsonLine line = JsonLine.parse(text);
      id = line.id();
      line.requireId();
      JsonNode known = id;
      return answerer.answer(line).exceptionally(e -> failure(known, e));
    } catch (RequestException e) {
      return CompletableFuture.completedFuture(answerer.failure(id, e.getMessage()));
    }
  }

  /** A row's own failure becomes its line; any other ends the run. */
  private ObjectNode failure(JsonNode id, Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    if (cause instanceof RequestException) {
      return answerer.failure(id, cause.getMessage());
    }
    throw new CompletionException(cause);
  }
}
