package io.sparkllama.spark.functions;

import io.sparkllama.mask.MaskRule;
import io.sparkllama.mask.PhoneRegion;
import io.sparkllama.task.Mask;
import java.util.List;

/** What a call wants to be masked. */
final class MaskArguments {

  static final Parameter LABELS =
      Parameter.required("labels", "an array of kinds of things to mask");
  static final Parameter REGION =
      Parameter.optional(
          "region",
          "a country as ISO 3166-1 alpha-2 code, whose national phone numbers are masked too; by"
              + " default those that begin with + and a country's code");

  private MaskArguments() {}

  static Asked read(Arguments call) {
    List<String> labels =
        new LabelArgument(call, LABELS.name()).read(1).stream().map(label -> label.name()).toList();
    return LlamaFunctionCatalog.text(new Mask(labels, region(call, labels)));
  }

  private static String region(Arguments call, List<String> labels) {
    return call.text(REGION.name())
        .map(
            code -> {
              if (labels.stream()
                  .flatMap(one -> MaskRule.ofLabel(one).stream())
                  .noneMatch(MaskRule.PHONE::equals)) {
                throw call.invalid(
                    REGION.name(), "a value", "it only together with the label phone number");
              }
              return PhoneRegion.find(code)
                  .orElseThrow(
                      () ->
                          call.invalid(
                              REGION.name(), code, "an ISO 3166-1 alpha-2 code such as US or DE"));
            })
        .orElse("");
  }
}
