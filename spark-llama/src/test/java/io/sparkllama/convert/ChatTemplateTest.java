package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.ChatStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {

  private static final Set<String> NO_MARKS = Set.of("<s>", "</s>");

  @TempDir private Path folder;

  @Test
  void controlTokensTellMoreThanTheTemplate() {
    assertThat(style("[INST]", Set.of("<|start_header_id|>"))).isEqualTo(ChatStyle.LLAMA3);
    assertThat(style("[INST]", Set.of("<|im_start|>"))).isEqualTo(ChatStyle.CHATML);
  }

  @Test
  void theTemplateTellsWhereTurnsAreMarkedByText() {
    assertThat(style("{{ bos_token + '[INST] ' + content }}", NO_MARKS))
        .isEqualTo(ChatStyle.LLAMA2);
    assertThat(style("{{ '<|user|>\n' + content + eos_token }}", NO_MARKS))
        .isEqualTo(ChatStyle.ZEPHYR);
  }

  @Test
  void aModelWithoutATemplateIsABaseModel() throws IOException {
    assertThat(ChatTemplate.ofFolder(folder).style(NO_MARKS, "model")).isEqualTo(ChatStyle.PLAIN);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": null}");
    assertThat(ChatTemplate.ofFolder(folder).style(NO_MARKS, "model")).isEqualTo(ChatStyle.PLAIN);
  }

  @Test
  void foldersKeepTheTemplateInOneOfTwoPlaces() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"<|user|>\\n\"}");
    assertThat(ChatTemplate.ofFolder(folder).style(NO_MARKS, "model")).isEqualTo(ChatStyle.ZEPHYR);
    Files.writeString(folder.resolve("chat_template.jinja"), "[INST] ");
    assertThat(ChatTemplate.ofFolder(folder).style(NO_MARKS, "model")).isEqualTo(ChatStyle.LLAMA2);
  }

  /** Rendered as text, the marks would not be what the model learned. */
  @Test
  void anUnknownTemplateIsRefused() {
    assertThatThrownBy(() -> style("### Instruction:", NO_MARKS))
        .isInstanceOf(ConversionException.class)
        .hasMessageContainingAll("Cannot convert model", "chat template", "Llama 3, ChatML");
    assertThatThrownBy(() -> style("[INST] ", Set.of("[INST]")))
        .isInstanceOf(ConversionException.class);
    assertThatThrownBy(() -> style("<|user|>\n", Set.of("<|user|>")))
        .isInstanceOf(ConversionException.class);
  }

  private static ChatStyle style(String template, Set<String> tokens) {
    return new ChatTemplate(Optional.of(template)).style(tokens, "model");
  }
}
