package io.sparkllama.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletableFuture;

/** Answers single lines. */
interface LineAnswerer {

  /**
   * Starts the answer to a line.
   *
   * @return a line of output; ends exceptionally, or this method throws, with a {@link
   *     io.sparkllama.errors.RequestException} when this one line cannot be answered
   */
  CompletableFuture<ObjectNode> answer(JsonLine line);

  /** The line of output that says why there is no answer. */
  ObjectNode failure(JsonNode id, String message);
}
