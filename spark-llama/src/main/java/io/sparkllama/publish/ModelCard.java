package io.sparkllama.publish;

import io.sparkllama.model.CpuFeatures;
import io.sparkllama.model.Deviation;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.PackageContents;
import io.sparkllama.runtime.Attention;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.DecoderOptions;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.runtime.MemoryNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The page that a hub shows of a package: what it was made from and how, how far it is from that,
 * what it is for and where it ends. All of it comes from the package.
 */
final class ModelCard {

  static final String FILE_NAME = "README.md";

  private static final int SLOTS = 16;
  private static final int CAPACITY = 2048;

  private final ModelPackage model;
  private final Optional<String> license;
  private final List<String> lines = new ArrayList<>();

  private ModelCard(ModelPackage model, Optional<String> license) {
    this.model = model;
    this.license = license;
  }

  /**
   * @param license as hubs name it; without one, the source's
   */
  static String of(ModelPackage model, Optional<String> license) {
    Optional<String> known =
        license.or(() -> model.manifest().flatMap(manifest -> manifest.source().license()));
    ModelCard card = new ModelCard(model, known);
    card.head();
    card.source();
    card.quality();
    card.use();
    card.limits();
    return String.join("\n", card.lines) + "\n";
  }

  /** The YAML that hubs read; {@code unknown} is a license of theirs. */
  private void head() {
    add(
        "---",
        "license: " + license.orElse("unknown"),
        "library_name: spark-llama",
        "pipeline_tag: text-generation",
        "tags:",
        "- onnx",
        "- llama",
        "---",
        "");
  }

  private void source() {
    add("# " + model.folder().getFileName(), "", "| | |", "|---|---|");
    model.manifest().map(Manifest::source).ifPresent(this::source);
    row("license", license.orElse("not known: ask whoever made the source"));
    row("identity", "SHA-256 `" + model.sha256() + "` over graph, weights and tokenizer");
    row("precision", PackageContents.precision(model));
    model
        .manifest()
        .ifPresent(
            manifest ->
                row(
                    "for",
                    manifest.quantization().device()
                        + manifest
                            .quantization()
                            .requiredCpuFeature()
                            .map(" with "::concat)
                            .orElse("")));
    row("layers", "%d".formatted(model.architecture().layers()));
    row("size", "%,d MB".formatted(Math.round(PackageContents.bytes(model) / 1e6)));
    add("");
  }

  private void source(Manifest.Source source) {
    row("made from", "`%s` (%s)".formatted(source.name(), source.format()));
    row("source", "SHA-256 `" + source.sha256() + "`");
    source.mergedAdapter().ifPresent(adapter -> row("adapter in its weights", "`" + adapter + "`"));
  }

  private void quality() {
    add("## Deviation from the source", "");
    Optional<Deviation> measured = model.manifest().flatMap(Manifest::deviation);
    measured.ifPresent(this::deviation);
    if (measured.isEmpty()) {
      add("Not measured.", "");
    }
  }

  private void deviation(Deviation deviation) {
    add("| over %,d tokens of held-out text | |".formatted(deviation.tokens()), "|---|---:|");
    row("KL divergence from fp32 (nats)", "%.5f".formatted(deviation.divergence()));
    row("same best token", "%.2f %%".formatted(100 * deviation.agreement()));
    row(
        "perplexity (fp32)",
        "%.3f (%.3f)".formatted(deviation.perplexity(), deviation.referencePerplexity()));
    add("");
  }

  private void use() {
    add(
        "## Use",
        "",
        "```bash",
        "spark-sql --jars spark-llama.jar --conf spark.llama.model=FOLDER \\",
        "  -e \"SELECT llama_sentiment('What a day!')\"",
        "```",
        "",
        "Tasks: generation, chat, summaries, sentiment, translation, classification, extraction,"
            + " filters, masks, grammar, code. "
            + (model.prompts().isEmpty()
                ? "All with the prompts of spark-llama."
                : "With prompts of its own for %s."
                    .formatted(
                        String.join(", ", model.prompts().keySet().stream().sorted().toList()))),
        "");
    if (model.takesAdapters()) {
      add("LoRA adapters can be chosen for each request.", "");
    }
  }

  private void limits() {
    ComputeDevice device = ComputeDevice.madeFor(model);
    int pass = Decoders.longestPass(device);
    MemoryNeed need =
        MemoryNeed.of(
            model, new DecoderOptions(SLOTS, CAPACITY, 1, pass, Attention.OWN).on(device));
    add(
        "## Limits",
        "",
        "- A prompt and its answer have %,d tokens at most together."
            .formatted(model.architecture().contextLength()),
        "- An engine with %d slots of %,d tokens takes %,d MiB %s."
            .formatted(
                SLOTS,
                CAPACITY,
                need.total() >> 20,
                device.equals(ComputeDevice.CPU) ? "beside the Java heap" : "of a GPU's memory"));
    model
        .manifest()
        .flatMap(manifest -> manifest.quantization().requiredCpuFeature())
        .filter(CpuFeatures.VNNI::equals)
        .ifPresent(
            feature -> add("- Processors without VNNI are refused: products would be wrong."));
    add(
        "- Languages, knowledge and biases are the source's; which answers are good enough has to be"
            + " looked at with rows of one's own.");
  }

  private void row(String name, String value) {
    lines.add("| %s | %s |".formatted(name, value));
  }

  private void add(String... more) {
    lines.addAll(List.of(more));
  }
}
