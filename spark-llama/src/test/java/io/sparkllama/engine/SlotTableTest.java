package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.DecoderOptions;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Slots of a decoder by the way of a GPU, on the processor. */
class SlotTableTest {

  private static final int SLOTS = 5;
  private static final int CAPACITY = 64;
  private static final ModelPackage MODEL = ModelPackages.open(Fixtures.genaiFp32());

  @Test
  void freeSlotsBesideEachOtherAreTakenAsTheyAre() {
    try (Decoder decoder = open()) {
      SlotTable slots = new SlotTable(decoder, SLOTS, CAPACITY);
      assertThat(indices(slots.neighbours(5))).containsExactly(0, 1, 2, 3, 4);
      answer(slots.all().get(1));
      assertThat(slots.free()).isEqualTo(4);
      assertThat(indices(slots.neighbours(1))).containsExactly(0);
      assertThat(indices(slots.neighbours(3))).containsExactly(2, 3, 4);
      assertThat(slots.all().get(1).free()).isFalse();
    }
  }

  /** Their keys and values go with them: the next token follows from the same ones. */
  @Test
  void rowsMoveAsideWithWhatTheyHaveRead() {
    Tokens first = prompt(400, 30);
    Tokens second = prompt(900, 12);
    try (Decoder decoder = open()) {
      SlotTable slots = new SlotTable(decoder, SLOTS, CAPACITY);
      read(decoder, slots.all().get(1), first);
      read(decoder, slots.all().get(3), second);
      float[] before =
          decoder.decode(4, new int[] {0, 7, 0, 8}, new int[] {0, 30, 0, 12}).copyOfRow(3);
      assertThat(indices(slots.neighbours(3))).containsExactly(2, 3, 4);
      List<Slot> active = slots.active();
      assertThat(indices(active)).containsExactly(0, 1);
      assertThat(active.get(0).tokens(0, active.get(0).length())).isEqualTo(second);
      assertThat(active.get(1).tokens(0, active.get(1).length())).isEqualTo(first);
      float[] after = decoder.decode(2, new int[] {8, 7}, new int[] {12, 30}).copyOfRow(0);
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i]).isCloseTo(before[i], within(1e-4f));
      }
    }
  }

  private static void read(Decoder decoder, Slot slot, Tokens prompt) {
    decoder.prefill(slot.index(), 0, prompt, 1);
    slot.append(prompt);
    answer(slot);
  }

  private static void answer(Slot slot) {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(MODEL)) {
      Job.Generate job =
          new Job.Generate(
              GenerationRequest.greedy(Tokens.of(1), 4),
              Optional.empty(),
              token -> {},
              new CompletableFuture<>());
      slot.assign(new Row(job, 0, new AnswerEnd(tokenizer, Set.of())));
    }
  }

  private static Tokens prompt(int first, int length) {
    return Tokens.of(IntStream.range(first, first + length).toArray());
  }

  private static List<Integer> indices(List<Slot> slots) {
    return slots.stream().map(Slot::index).toList();
  }

  private static Decoder open() {
    return Decoders.open(
        MODEL, new DecoderOptions(SLOTS, CAPACITY, 1).on(new ComputeDevice.CpuAsGpu()));
  }
}
