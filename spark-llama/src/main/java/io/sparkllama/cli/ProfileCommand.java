package io.sparkllama.cli;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.ProfiledPass;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows where passes of a model spend their time. */
@Command(
    name = "profile",
    description =
        "Prints a Markdown table of the time by operator of three passes: many short prompts, one"
            + " long prompt, and a step of decoding. The graph is the one that the engine runs.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  spark-llama profile --model models/smollm2 --threads 2")
final class ProfileCommand implements Callable<Integer> {

  private static final List<ProfiledPass> PASSES =
      List.of(
          new ProfiledPass(16, 28, 40), new ProfiledPass(1, 512, 0), new ProfiledPass(32, 1, 100));

  /** Operators below this share of every pass are left out. */
  private static final double SHOWN = 0.01;

  @Mixin private ModelMixin model;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ModelPackage source = model.open();
    List<ProfiledPass.Times> times =
        PASSES.stream().map(pass -> pass.measure(source, model.threads())).toList();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "| operator | 16 prompts of 28 tokens behind 40 | a prompt of 512 tokens | a step of"
            + " 32 rows behind 100 tokens |");
    out.println("|---|---:|---:|---:|");
    for (String operator : operators(times)) {
      if (times.stream().anyMatch(pass -> share(pass, operator) >= SHOWN)) {
        line(out, operator, times.stream().map(pass -> percent(share(pass, operator))).toList());
      }
    }
    line(
        out, "operators started", times.stream().map(pass -> Long.toString(pass.nodes())).toList());
    line(
        out,
        "one pass, ms",
        times.stream()
            .map(pass -> String.format(Locale.ROOT, "%.1f", pass.total() / 1e3))
            .toList());
    out.flush();
    return 0;
  }

  private static Set<String> operators(List<ProfiledPass.Times> times) {
    return times.stream()
        .flatMap(pass -> pass.microseconds().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static double share(ProfiledPass.Times pass, String operator) {
    return pass.microseconds().getOrDefault(operator, 0.0) / pass.total();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static void line(PrintWriter out, String name, List<String> cells) {
    out.println("| " + name + " | " + String.join(" | ", cells) + " |");
  }
}
