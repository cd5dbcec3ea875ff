package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.EngineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LinePipelineTest {

  private static final int WINDOW = 8;

  /** Ends lines after a random while, and notes how many were in flight together. */
  private static final class SlowAnswerer implements LineAnswerer {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public CompletableFuture<ObjectNode> answer(JsonLine line) {
      most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
      return answer
          .completeOnTimeout(
              line.object(), ThreadLocalRandom.current().nextInt(5), TimeUnit.MILLISECONDS)
          .whenComplete((done, error) -> inFlight.decrementAndGet());
    }

    @Override
    public ObjectNode failure(JsonNode id, String message) {
      return JsonLine.JSON.createObjectNode().put("error", message);
    }
  }

  @Test
  void answersComeInOrderFromABoundedWindow() throws InterruptedException {
    SlowAnswerer answerer = new SlowAnswerer();
    String input =
        IntStream.range(0, 300)
            .mapToObj("{\"id\": %d}"::formatted)
            .collect(Collectors.joining("\n"));
    List<Integer> ids = new ArrayList<>();
    long failed =
        new LinePipeline(answerer, WINDOW)
            .run(
                new BufferedReader(new StringReader(input)),
                line -> ids.add(line.path("id").intValue()));
    assertThat(failed).isZero();
    assertThat(ids).isEqualTo(IntStream.range(0, 300).boxed().toList());
    // One more waits at the window's door, one is in the hands of the writer.
    assertThat(answerer.most.get()).isBetween(2, WINDOW + 2);
  }

  @Test
  void anAnswerIsHandedOnBeforeTheNextLineIsThere() throws Exception {
    try (PipedWriter keyboard = new PipedWriter();
        BufferedReader input = new BufferedReader(new PipedReader(keyboard))) {
      keyboard.write("{\"id\": 1}\n");
      keyboard.flush();
      List<ObjectNode> lines = new ArrayList<>();
      new LinePipeline(new SlowAnswerer(), WINDOW)
          .run(
              input,
              line -> {
                lines.add(line);
                closeQuietly(keyboard);
              });
      assertThat(lines).hasSize(1);
    }
  }

  @Test
  void aFailureOfTheEngineEndsTheRun() {
    LineAnswerer broken =
        new LineAnswerer() {
          @Override
          public CompletableFuture<ObjectNode> answer(JsonLine line) {
            return CompletableFuture.failedFuture(new EngineException("Failed. Try again."));
          }

          @Override
          public ObjectNode failure(JsonNode id, String message) {
            throw new AssertionError("not the line's fault");
          }
        };
    LinePipeline pipeline = new LinePipeline(broken, WINDOW);
    BufferedReader input = new BufferedReader(new StringReader("{\"id\": 1}\n{\"id\": 2}\n"));
    assertThatThrownBy(() -> pipeline.run(input, line -> {}))
        .isInstanceOf(EngineException.class)
        .hasMessage("Failed. Try again.");
  }

  private static void closeQuietly(PipedWriter writer) {
    try {
      writer.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
