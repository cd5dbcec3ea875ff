package io.sparkllama.finetune;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.RequestException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class TorchTest {

  @Test
  void aMissingLibraryIsNamed() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader nothing =
        new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(nothing);
      assertThatThrownBy(() -> Torch.open(1))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("PyTorch's library is not on the class path")
          .hasMessageContaining("ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64");
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
