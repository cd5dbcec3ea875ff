package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every SQL example of README.md and of the pages in docs runs as it is written. */
class DocumentedSqlTest {

  private static final Path ROOT = Path.of(System.getProperty("repository"));
  private static final Pattern SQL = Pattern.compile("(?s)```sql\n(.*?)```");

  /** The views that the pages name. */
  @BeforeAll
  static void makeViews() {
    TestSession.posts(2);
    TestSession.get().sql("SELECT 'def twice(x):' AS code").createOrReplaceTempView("snippets");
    TestSession.get()
        .sql("SELECT array(struct('user' AS role, 'Hello' AS content)) AS messages")
        .createOrReplaceTempView("chats");
  }

  static Stream<Arguments> statements() throws IOException {
    List<Path> pages;
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      pages = docs.filter(page -> page.toString().endsWith(".md")).sorted().toList();
    }
    return Stream.concat(Stream.of(ROOT.resolve("README.md")), pages.stream())
        .flatMap(page -> of(page).map(sql -> Arguments.of(page.getFileName().toString(), sql)));
  }

  private static Stream<String> of(Path page) {
    try {
      return SQL.matcher(Files.readString(page))
          .results()
          .flatMap(block -> Stream.of(block.group(1).split(";\\s*\n")))
          .filter(statement -> !statement.isBlank());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("statements")
  void runs(String page, String statement) {
    assertThatCode(() -> TestSession.sql(statement))
        .as("%s: %s", page, statement)
        .doesNotThrowAnyException();
  }

  /** Looks for the examples where they are: the pages that have some, and how many at least. */
  @Test
  void thereAreExamples() {
    assertThat(of(ROOT.resolve("README.md"))).hasSizeGreaterThanOrEqualTo(3);
    assertThat(of(ROOT.resolve("docs/functions.md"))).hasSizeGreaterThanOrEqualTo(35);
  }
}
