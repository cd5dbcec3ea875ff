package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.spark.functions.AiFunctionCatalog;
import io.sparkllama.spark.functions.LlamaFunction;
import io.sparkllama.spark.functions.LlamaFunctionCatalog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that shows the functions. */
class FunctionsPageTest {

  @TempDir private Path folder;

  private static final Path PAGE = Path.of("..", "docs", "functions.md");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Pattern BUILDER = Pattern.compile("LlamaFunctions\\.(\\w+)\\(");

  @Test
  void namesEveryFunction() throws IOException {
    String page = Files.readString(PAGE);
    List<String> names =
        Stream.concat(LlamaFunctionCatalog.all().stream(), AiFunctionCatalog.all().stream())
            .map(LlamaFunction::name)
            .filter(name -> !name.startsWith("llama_try_"))
            .toList();
    assertThat(names).hasSizeGreaterThan(20).allMatch(page::contains);
    assertThat(names)
        .filteredOn(name -> name.startsWith("llama_"))
        .allMatch(name -> page.contains("### " + name + "\n"))
        .allMatch(name -> page.contains("call_function(\"" + name + "\""));
  }

  @Test
  void itsJavaCompiles() throws IOException {
    String statements =
        JAVA.matcher(Files.readString(PAGE))
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining());
    Path source = folder.resolve("Examples.java");
    Files.writeString(
        source,
        """
        import static org.apache.spark.sql.functions.*;
        import io.sparkllama.spark.LlamaFunctions;
        import java.util.*;
        import org.apache.spark.sql.*;
        class Examples {
          void run(Dataset<Row> posts, Dataset<Row> chats, Dataset<Row> snippets) {
            %s
          }
        }
        """
            .formatted(statements));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, errors, "-d", folder.toString(), source.toString());
    assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
  }

  @Test
  void namesBuildersThatAreThere() throws IOException {
    List<String> methods =
        Stream.of(LlamaFunctions.class.getMethods()).map(method -> method.getName()).toList();
    assertThat(BUILDER.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)))
        .hasSizeGreaterThan(15)
        .allMatch(methods::contains);
  }
}
