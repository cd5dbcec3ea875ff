package io.sparkllama.convert.calibrate;

import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The texts that come with this library, cut into windows of tokens. */
public enum SampleTexts {
  /** Shows typical inputs. */
  CALIBRATION("calibration.txt", 512),
  /** Measures the result; shares nothing with the other. */
  HELD_OUT("held-out.txt", 256);

  private final String resource;
  private final int window;

  SampleTexts(String resource, int window) {
    this.resource = resource;
    this.window = window;
  }

  /**
   * @param most tokens in all
   * @param context most tokens of a window
   */
  public List<Tokens> windows(LlamaTokenizer tokenizer, int most, int context) {
    int length = Math.min(window, context);
    Tokens all = tokenizer.encode(text());
    int end = Math.min(all.length(), most);
    List<Tokens> windows = new ArrayList<>();
    for (int at = 0; at + 1 < end; at += length) {
      windows.add(all.slice(at, Math.min(end, at + length)));
    }
    return windows;
  }

  private String text() {
    try (InputStream in = SampleTexts.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
