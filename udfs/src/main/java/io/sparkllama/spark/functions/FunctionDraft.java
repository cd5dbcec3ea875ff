package io.sparkllama.spark.functions;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A function before its name and the form of its result are chosen.
 *
 * @param input the parameter with the column that is asked about
 * @param inputs what that column may hold
 * @param others parameters behind it
 * @param options those that only have a name
 * @param meaning what it returns
 * @param reader reads what is asked from the constants of a call
 * @param maker makes the call's expression
 */
record FunctionDraft(
    Parameter input,
    Set<InputKind> inputs,
    List<Parameter> others,
    Set<Option> options,
    String meaning,
    Function<Arguments, Asked> reader,
    LlamaFunction.Maker maker) {

  /** A function over texts. */
  static FunctionDraft over(Parameter input, Set<Option> options, Parameter... others) {
    return new FunctionDraft(
        input,
        EnumSet.of(InputKind.TEXT),
        List.of(others),
        options,
        "",
        unused -> null,
        LlamaCall::new);
  }

  FunctionDraft taking(Set<InputKind> kinds) {
    return new FunctionDraft(input, kinds, others, options, meaning, reader, maker);
  }

  FunctionDraft asking(String newMeaning, Function<Arguments, Asked> newReader) {
    return new FunctionDraft(input, inputs, others, options, newMeaning, newReader, maker);
  }

  /** Over the texts of a group. */
  FunctionDraft overGroups() {
    return new FunctionDraft(input, inputs, others, options, meaning, reader, LlamaAggregate::of);
  }

  /**
   * @param example a query of the function
   */
  LlamaFunction named(String name, ResultForm form, String example) {
    Set<Option> taken = form.holdsErrors() ? Option.withoutErrors(options) : options;
    List<Parameter> parameters = Stream.concat(Stream.of(input), others.stream()).toList();
    List<Parameter> byName =
        Option.parameters(taken).stream()
            .filter(option -> parameters.stream().noneMatch(one -> one.named(option.name())))
            .toList();
    return new LlamaFunction(
        new Signature(name, parameters, byName, Signature.OPTIONS),
        input.name(),
        inputs,
        form == ResultForm.VALUE_AND_ERROR
            ? meaning + " As struct<value, error>: no row fails the query."
            : meaning,
        example,
        call -> reader.apply(call).in(form),
        maker);
  }
}
