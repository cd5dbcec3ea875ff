package io.sparkllama.finetune;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.finetune.TrainingData.LabelChoice;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.task.PromptOrder;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskPrompts;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Runs over a few texts with the tiny model. */
final class TinyRun {

  /** Labels that no rule tells: they have to be learnt one by one. */
  static final List<String> TEXTS =
      List.of("a red door", "the long road", "two old cups", "rain again", "my left shoe");

  static final List<Integer> LABELS = List.of(0, 1, 2, 0, 1);

  private final ModelPackage model;

  TinyRun(ModelPackage model) {
    this.model = model;
  }

  /** A package of the tiny model that takes adapters of rank 8. */
  static ModelPackage convert(Path target) {
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, Precision.FP32)
            .withAdapterRank(8)
            .withExamination(ConversionRequest.Examination.NONE));
    return ModelPackages.open(target);
  }

  static FinetuneOptions options(int epochs) {
    return new FinetuneOptions(
        8,
        16,
        EnumSet.allOf(LoraTarget.class),
        5e-3,
        new FinetuneOptions.Epochs(epochs),
        130,
        90,
        6,
        3,
        1);
  }

  FinetuneRequest request(Path output, FinetuneOptions options, FinetuneRequest.Start start) {
    return new FinetuneRequest(Fixtures.transformers().toString(), model, output, options, start);
  }

  /**
   * @param heldOut how many of the texts are measured; they are learnt too
   */
  TrainingData data(int heldOut) {
    List<TrainingExample> examples = examples();
    return new TrainingData(examples, examples.subList(0, heldOut), choice());
  }

  private List<TrainingExample> examples() {
    Sentiment task = new Sentiment();
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      TaskPrompts prompts = new TaskPrompts(model, tokenizer, PromptOrder.INSTRUCTION_FIRST);
      return IntStream.range(0, TEXTS.size())
          .mapToObj(
              i ->
                  new TrainingExample(
                      prompts.of(task, TaskInput.of(TEXTS.get(i))),
                      tokenizer.encodeTurn(task.labels().get(LABELS.get(i))),
                      OptionalInt.of(LABELS.get(i))))
          .toList();
    }
  }

  private LabelChoice choice() {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      return new LabelChoice(
          new Sentiment().labels().stream().map(tokenizer::encodeAnswer).toList(), List.of(), 0);
    }
  }

  /** Remembers what it was told. */
  static class Log implements FinetuneListener {

    final List<Double> losses = new ArrayList<>();
    final List<Evaluation> evaluations = new ArrayList<>();

    @Override
    public void stepped(FinetuneProgress progress) {
      losses.add(progress.loss());
    }

    @Override
    public void evaluated(Evaluation now, Evaluation best) {
      evaluations.add(now);
    }
  }
}
