package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.model.ModelPackages;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What EXPLAIN says of calls. */
class ExplainTest {

  @BeforeEach
  void posts() {
    TestSession.storedPosts(1000);
  }

  @Test
  void aPlanShowsFunctionOptionsRowsModelAndBatch() {
    String plan = explain("", "SELECT if(id < 50, llama_translate(text, 'fr'), '') FROM posts");
    assertThat(plan.lines().filter(line -> line.contains("LlamaEval")))
        .singleElement()
        .asString()
        .containsPattern(
            "LlamaEval \\[llama_translate\\(text#\\d+, language=fr\\) AS llama_translate#\\d+"
                + " WHERE \\(id#\\d+L? < 50\\)\\], model genai-int4 "
                + hash()
                + ", rows in flight 64");
  }

  @Test
  void aFormattedPlanHasALineForEach() {
    assertThat(explain("FORMATTED", "SELECT id, llama_sentiment(text) FROM posts"))
        .containsPattern("\\) LlamaEval\nInput: \\[id#\\d+L, text#\\d+\\]\nCalls: \\[llama_sentim")
        .contains("Model: " + TestSession.MODEL + " " + hash())
        .contains("Rows in flight: 64\n");
  }

  @Test
  void aModelThatIsNotThereCanBeExplained() {
    TestSession.with(
        "spark.llama.model",
        "/nowhere/llama",
        () ->
            assertThat(explain("EXTENDED", "SELECT llama_sentiment(text) FROM posts"))
                .contains("model llama, rows in flight"));
  }

  /** As {@code spark-llama inspect} shows it. */
  private static String hash() {
    return ModelPackages.open(Path.of(TestSession.MODEL)).sha256().substring(0, 12);
  }

  private static String explain(String mode, String query) {
    return TestSession.sql("EXPLAIN " + mode + " " + query).get(0).getString(0);
  }
}
