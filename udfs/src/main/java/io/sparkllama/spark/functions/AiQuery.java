package io.sparkllama.spark.functions;

import io.sparkllama.task.Generate;
import io.sparkllama.task.Task;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.internal.SQLConf;

/** {@code ai_query}: a prompt to a model that has a name. */
final class AiQuery {

  private static final String NAME = "ai_query";
  private static final Parameter ENDPOINT =
      Parameter.required(
          "endpoint",
          "'default' for spark.llama.model, a path or URI of another model, or NAME for what"
              + " spark.llama.endpoint.NAME says");
  private static final Parameter REQUEST =
      Parameter.required("request", "a prompt, or an array<struct<role, content>>");
  private static final Parameter RETURN_TYPE =
      Parameter.optional("returnType", "'STRING', as without it");
  private static final Parameter FAIL_ON_ERROR =
      Parameter.optional(
          "failOnError",
          "false for struct<result, errorMessage>, so that no row fails the query; true by default");
  private static final Parameter RESPONSE_FORMAT =
      Parameter.optional(
          "responseFormat",
          "a JSON schema, also within {\"type\": \"json_schema\"}, or columns; the result is JSON");
  private static final String PARAMETERS = "modelParameters";
  private static final String ENDPOINTS = "spark.llama.endpoint.";
  private static final String DEFAULT = "default";

  private AiQuery() {}

  static LlamaFunction function() {
    Set<Option> options = EnumSet.range(Option.MAX_TOKENS, Option.ADAPTER);
    return new LlamaFunction(
        new Signature(
            NAME,
            List.of(ENDPOINT, REQUEST, RETURN_TYPE, FAIL_ON_ERROR),
            Stream.concat(Stream.of(RESPONSE_FORMAT), Option.parameters(options).stream()).toList(),
            PARAMETERS),
        REQUEST.name(),
        EnumSet.allOf(InputKind.class),
        "A model's answer to a prompt.",
        "SELECT ai_query('default', 'Name three rivers.',"
            + " modelParameters => named_struct('max_tokens', 40));",
        AiQuery::read,
        LlamaCall::new);
  }

  private static Asked read(Arguments call) {
    call.text(RETURN_TYPE.name())
        .filter(type -> !type.strip().equalsIgnoreCase("string"))
        .ifPresent(
            type -> {
              throw call.invalid(RETURN_TYPE.name(), type, "STRING");
            });
    boolean fails = call.flag(FAIL_ON_ERROR.name()).orElse(true);
    Optional<Task> json =
        call.text(RESPONSE_FORMAT.name())
            .map(format -> new ExtractArgument(call, RESPONSE_FORMAT.name()).format(format));
    if (json.isPresent() && call.has(Option.STOP.word())) {
      throw call.invalid(Option.STOP.word(), "a text", "nothing, since JSON ends by itself");
    }
    return new Asked(
        json.orElseGet(Generate::new),
        new AnswerType.Text(),
        fails ? ResultForm.VALUE : ResultForm.RESULT_AND_MESSAGE,
        model(call));
  }

  private static Optional<String> model(Arguments call) {
    String endpoint = call.text(ENDPOINT.name()).orElseThrow().strip();
    String path = SQLConf.get().getConfString(ENDPOINTS + endpoint, "");
    if (!path.isBlank()) {
      return Optional.of(path);
    }
    if (endpoint.equalsIgnoreCase(DEFAULT)) {
      return Optional.empty();
    }
    if (endpoint.contains("/")) {
      return Optional.of(endpoint);
    }
    throw call.invalid(
        ENDPOINT.name(),
        endpoint,
        "%s, a path or URI, or a name for which %s%s is set"
            .formatted(DEFAULT, ENDPOINTS, endpoint));
  }
}
