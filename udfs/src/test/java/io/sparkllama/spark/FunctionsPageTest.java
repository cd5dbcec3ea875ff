package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sparkllama.spark.functions.AiFunctionCatalog;
import io.sparkllama.spark.functions.LlamaFunction;
import io.sparkllama.spark.functions.LlamaFunctionCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page that shows the functions. */
class FunctionsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "functions.md");
  private static final Pattern SQL = Pattern.compile("(?s)```sql\n(.*?)```");
  private static final Pattern BUILDER = Pattern.compile("LlamaFunctions\\.(\\w+)\\(");

  @BeforeAll
  static void makeViews() {
    TestSession.posts(2);
    TestSession.get().sql("SELECT 'def twice(x):' AS code").createOrReplaceTempView("snippets");
    TestSession.get()
        .sql("SELECT array(struct('user' AS role, 'Hello' AS content)) AS messages")
        .createOrReplaceTempView("chats");
  }

  static Stream<String> statements() throws IOException {
    return SQL.matcher(Files.readString(PAGE))
        .results()
        .flatMap(block -> Stream.of(block.group(1).split(";\\s*\n")))
        .filter(statement -> !statement.isBlank());
  }

  @ParameterizedTest
  @MethodSource("statements")
  void itsSqlRuns(String statement) {
    assertThatCode(() -> TestSession.sql(statement)).as(statement).doesNotThrowAnyException();
  }

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
  void namesBuildersThatAreThere() throws IOException {
    List<String> methods =
        Stream.of(LlamaFunctions.class.getMethods()).map(method -> method.getName()).toList();
    assertThat(BUILDER.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)))
        .hasSizeGreaterThan(15)
        .allMatch(methods::contains);
  }
}
