package io.sparkllama.runtime.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import org.junit.jupiter.api.Test;

/** The environment as native code reads it. */
class DecodeAttentionTest {

  @Test
  void itIsSwitchedOffFromTheSecondGpuOn() {
    DecodeAttention.prepare(3);
    DecodeAttention.prepare(3);
    assertThat(environment("ORT_ENABLE_XQA")).isNull();
    DecodeAttention.prepare(0);
    assertThat(environment("ORT_ENABLE_XQA")).isEqualTo("0");
  }

  private static String environment(String name) {
    return Function.getFunction("c", "getenv").invokeString(new Object[] {name}, false);
  }
}
