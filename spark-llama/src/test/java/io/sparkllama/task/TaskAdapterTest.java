package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.ConversionRequest.Examination;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks answered with an adapter of the package, against PEFT's answers. */
class TaskAdapterTest {

  private static final int START = 4091;
  private static final int END = 4092;
  private static final int END_OF_TURN = 4094;

  @TempDir private Path folder;

  @Test
  void conversationsAreAnsweredWithTheAdapterOfTheOptions() {
    Path target = folder.resolve("model");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, Precision.FP32)
            .withAdapters(List.of(Fixtures.lora()))
            .withExamination(Examination.NONE));
    TaskOptions options =
        new TaskOptions(48, Sampling.GREEDY, List.of(), "lora-peft", LongText.ERROR);
    try (LlamaEngine engine =
        LlamaEngine.open(ModelPackages.open(target), EngineOptions.DEFAULTS)) {
      TaskRunner runner = new TaskRunner(engine);
      for (JsonNode golden : Fixtures.golden("tiny-llama3/golden-lora-fp32.jsonl").subList(0, 6)) {
        TaskInput chat = new TaskInput.Chat(messages(golden, engine.tokenizer()));
        String expected = engine.tokenizer().decode(ids(golden.path("greedy_ids")));
        assertThat(runner.submit(new Generate(), chat, options).join().value())
            .isEqualTo(new Value.Text(expected));
      }
    }
  }

  /** The turns of a prompt that are not the beginning of the answer. */
  private static List<ChatMessage> messages(JsonNode golden, LlamaTokenizer tokenizer) {
    Tokens prompt = ids(golden.path("prompt_ids"));
    List<ChatMessage> messages = new ArrayList<>();
    int start = 0;
    int middle = 0;
    for (int i = 0; i < prompt.length(); i++) {
      switch (prompt.at(i)) {
        case START -> start = i + 1;
        case END -> middle = i;
        case END_OF_TURN ->
            messages.add(
                new ChatMessage(
                    tokenizer.decode(prompt.slice(start, middle)),
                    tokenizer.decode(prompt.slice(middle + 1, i)).strip()));
        default -> {}
      }
    }
    return messages;
  }

  private static Tokens ids(JsonNode ids) {
    return Tokens.of(
        StreamSupport.stream(ids.spliterator(), false).mapToInt(JsonNode::intValue).toArray());
  }
}
