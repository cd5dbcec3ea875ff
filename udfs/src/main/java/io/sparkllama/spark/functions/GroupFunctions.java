package io.sparkllama.spark.functions;

import static io.sparkllama.spark.functions.Parameter.required;

import io.sparkllama.task.Instruct;
import java.util.List;
import java.util.stream.Stream;

/** Aggregate functions: one answer about all texts of a group. */
final class GroupFunctions {

  private static final String ORDERED =
      " The texts are read in the order of their hashes, or as WITHIN GROUP (ORDER BY ...) says.";

  private GroupFunctions() {}

  static List<LlamaFunction> groups() {
    return Stream.of(
            LlamaFunctionCatalog.both(
                "summarize_agg",
                group(LlamaFunctionCatalog.MAX_WORDS)
                    .asking(
                        "One summary of all texts of a group, however many." + ORDERED,
                        LlamaFunctionCatalog::summary),
                "('A long text.', 20)"),
            LlamaFunctionCatalog.both(
                "agg",
                group(required("instruction", "what to do with the texts, in words"))
                    .asking(
                        "What an instruction asks of all texts of a group together, however many."
                            + ORDERED,
                        call ->
                            LlamaFunctionCatalog.text(
                                new Instruct(call.text("instruction").orElseThrow()))),
                "('A long text.', 'List the complaints.')"))
        .flatMap(List::stream)
        .toList();
  }

  private static FunctionDraft group(Parameter parameter) {
    return FunctionDraft.over(LlamaFunctionCatalog.TEXT, Option.OF_GROUPS, parameter).overGroups();
  }
}
