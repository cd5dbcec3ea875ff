package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which prompts gain from being read side by side. */
class PromptBatchTest {

  private static final int MOST = 2048;

  @Test
  void shortPromptsShareAPassThatTakesAsLongAsOneOfThem() {
    PromptBatch batch = new PromptBatch(job(150), 120, MOST);
    assertThat(batch.join(job(150), 120)).isTrue();
    assertThat(batch.join(job(140), 0)).isTrue();
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.prompts()).extracting(Tokens::length).containsExactly(150, 150, 140);
  }

  @Test
  void promptsOfOneLengthJoinUntilThePassIsFull() {
    PromptBatch batch = new PromptBatch(job(512), 0, MOST);
    while (batch.join(job(512), 0)) {
      assertThat(batch.size()).isLessThanOrEqualTo(4);
    }
    assertThat(batch.size()).isEqualTo(4);
  }

  /** 600 tokens more, for 100 that are not held. */
  @Test
  void aLongPromptOfWhichMostIsHeldIsReadAlone() {
    assertThat(new PromptBatch(job(600), 0, MOST).join(job(600), 500)).isFalse();
    assertThat(new PromptBatch(job(600), 500, MOST).join(job(600), 500)).isFalse();
    assertThat(new PromptBatch(job(600), 0, MOST).join(job(600), 0)).isTrue();
  }

  /** The short one would be padded to 1,000 tokens, which takes longer than 512. */
  @Test
  void aShortPromptIsNotPaddedToALongOne() {
    assertThat(new PromptBatch(job(1000), 0, MOST).join(job(50), 0)).isFalse();
    assertThat(new PromptBatch(job(50), 0, MOST).join(job(1000), 0)).isFalse();
  }

  @Test
  void aPassHasOneAdapter() {
    PromptBatch batch = new PromptBatch(job(20), 0, MOST);
    GenerationRequest other = request(20).withAdapter(Path.of("other.onnx_adapter"));
    assertThat(batch.join(job(other), 0)).isFalse();
    assertThat(batch.join(job(20), 0)).isTrue();
    assertThat(batch.adapter()).isEmpty();
  }

  private static Job job(int length) {
    return job(request(length));
  }

  private static Job job(GenerationRequest request) {
    return new Job.Generate(request, Optional.empty(), token -> {}, new CompletableFuture<>());
  }

  private static GenerationRequest request(int length) {
    return GenerationRequest.greedy(Tokens.of(new int[length]), 4);
  }
}
