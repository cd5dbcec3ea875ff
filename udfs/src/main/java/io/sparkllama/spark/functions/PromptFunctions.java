package io.sparkllama.spark.functions;

import static io.sparkllama.spark.functions.Parameter.optional;
import static io.sparkllama.spark.functions.Parameter.required;

import io.sparkllama.task.Generate;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/** Functions that answer prompts and conversations. */
final class PromptFunctions {

  private static final Parameter MAX_TOKENS =
      optional("max_tokens", "most tokens of the answer, 128 by default");

  private PromptFunctions() {}

  static List<LlamaFunction> prompts() {
    FunctionDraft generate =
        FunctionDraft.over(required("prompt", "a prompt"), Option.OF_TEXTS, MAX_TOKENS)
            .asking(
                "The model's answer to a prompt.",
                call -> LlamaFunctionCatalog.text(new Generate()));
    FunctionDraft chat =
        FunctionDraft.over(
                required("messages", "an array<struct<role, content>>"),
                Option.OF_TEXTS,
                MAX_TOKENS)
            .taking(EnumSet.of(InputKind.MESSAGES))
            .asking(
                "The next turn of a conversation, whose roles are system, user and assistant.",
                call -> LlamaFunctionCatalog.text(new Generate()));
    FunctionDraft query =
        generate
            .taking(EnumSet.allOf(InputKind.class))
            .asking(
                "The model's answer to a prompt or a conversation, as struct<text, finish_reason,"
                    + " prompt_tokens, generated_tokens, error>; no row fails the query.",
                call -> LlamaFunctionCatalog.text(new Generate()));
    return Stream.of(
            LlamaFunctionCatalog.both("generate", generate, "('Name three rivers.', 40)"),
            LlamaFunctionCatalog.both(
                "chat",
                chat,
                "(array(named_struct('role', 'user', 'content', 'Name three rivers.')))"),
            List.of(
                query.named(
                    "llama_query",
                    ResultForm.QUERY,
                    "SELECT llama_query('Name three rivers.', max_tokens => 40);")))
        .flatMap(List::stream)
        .toList();
  }
}
