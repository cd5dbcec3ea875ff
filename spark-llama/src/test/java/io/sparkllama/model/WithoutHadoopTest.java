package io.sparkllama.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.testing.Fixtures;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Local models open without the Hadoop client; others say what is missing. */
class WithoutHadoopTest {

  @Test
  void theMissingClientIsNamed() throws Exception {
    try (URLClassLoader loader = withoutHadoop()) {
      Method open = openMethod(loader);
      Object cache = cacheSettings(loader);
      assertThat(open.invoke(null, Fixtures.genaiInt4().toString(), Optional.empty(), cache))
          .isNotNull();
      assertThatThrownBy(() -> open.invoke(null, "hdfs://host/model", Optional.empty(), cache))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .hasMessageContainingAll("hdfs://host/model", "Hadoop client", "local folder")
          .extracting(thrown -> thrown.getClass().getName())
          .isEqualTo("io.sparkllama.errors.ModelException");
    }
  }

  private static Method openMethod(ClassLoader loader) throws ReflectiveOperationException {
    return loader
        .loadClass(ModelPackages.class.getName())
        .getMethod(
            "open", String.class, Optional.class, loader.loadClass(CacheSettings.class.getName()));
  }

  private static Object cacheSettings(ClassLoader loader) throws ReflectiveOperationException {
    return loader
        .loadClass(CacheSettings.class.getName())
        .getConstructor(String.class, Map.class)
        .newInstance("unused", Map.of());
  }

  private static URLClassLoader withoutHadoop() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("hadoop-client")) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
