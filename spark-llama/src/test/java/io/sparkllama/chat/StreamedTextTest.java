package io.sparkllama.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamedTextTest {

  @Test
  void aCharacterOfSeveralTokensIsToldWhole() {
    String text = "né 𓀀 end";
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(ModelPackages.open(Fixtures.genaiInt4()))) {
      Tokens tokens = tokenizer.encode(text);
      assertThat(tokenizer.encode("𓀀").length()).isGreaterThan(1);
      List<String> pieces = new ArrayList<>();
      StreamedText streamed = new StreamedText(tokenizer, pieces::add);
      for (int i = 0; i < tokens.length(); i++) {
        streamed.add(tokens.at(i));
      }
      assertThat(String.join("", pieces)).isEqualTo(text);
      assertThat(pieces)
          .noneMatch(piece -> piece.contains("\uFFFD"))
          .anyMatch(piece -> piece.contains("𓀀"));
      assertThat(streamed.tokens()).isEqualTo(tokens.length());
    }
  }

  @Test
  void nothingIsToldOnceItIsClosed() {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(ModelPackages.open(Fixtures.genaiInt4()))) {
      List<String> pieces = new ArrayList<>();
      StreamedText streamed = new StreamedText(tokenizer, pieces::add);
      Tokens tokens = tokenizer.encode("ab");
      streamed.add(tokens.at(0));
      String told = streamed.close();
      streamed.add(tokens.at(0));
      assertThat(String.join("", pieces)).isEqualTo(told).isNotEmpty();
    }
  }

  /** A model may end in the middle of a character; what it said is told as it was decoded. */
  @Test
  void anUnfinishedCharacterComesWithTheEnd() {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(ModelPackages.open(Fixtures.genaiInt4()))) {
      List<String> pieces = new ArrayList<>();
      StreamedText streamed = new StreamedText(tokenizer, pieces::add);
      Tokens tokens = tokenizer.encode("n𓀀");
      streamed.add(tokens.at(0));
      streamed.add(tokens.at(1));
      assertThat(pieces).containsExactly("n");
      streamed.end("n\uFFFD");
      assertThat(pieces).containsExactly("n", "\uFFFD");
    }
  }
}
