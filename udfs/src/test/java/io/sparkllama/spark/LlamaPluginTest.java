package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.spark.engine.Engines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the plugin adds to an application: an engine from the start, a tab, metrics. */
@Tag("application")
@Timeout(120)
class LlamaPluginTest {

  private static final String SERVLET = "spark.metrics.conf.*.sink.prometheusServlet.";
  private static final String METRICS = "_driver_plugin_io_sparkllama_spark_LlamaPlugin_";

  private static SparkSession session;

  @BeforeAll
  static void start() {
    session = builder().config("spark.llama.preload", "true").getOrCreate();
  }

  private static SparkSession.Builder builder() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("a <b>plugin</b>")
        .config("spark.ui.port", "0")
        .config("spark.sql.warehouse.dir", "target/spark-warehouse")
        .config(SERVLET + "class", "org.apache.spark.metrics.sink.PrometheusServlet")
        .config(SERVLET + "path", "/metrics/prometheus")
        .config("spark.plugins", LlamaPlugin.class.getName())
        .config("spark.llama.model", TestSession.MODEL)
        .config("spark.llama.slots", "5");
  }

  @AfterAll
  static void stop() {
    session.stop();
    assertThat(Engines.shared().states()).isEmpty();
  }

  @Test
  void theTabAndTheMetricsShowWhatTheEngineDid() throws Exception {
    assertThat(Engines.shared().openings()).isEqualTo(1);
    String before = page("/llama/", text -> text.contains("llama-engines"));
    assertThat(before).contains("<strong>0 of 5</strong> slots in use");

    session
        .sql("SELECT llama_generate(concat('post number ', id), 5) FROM range(0, 30, 1, 2)")
        .collect();
    assertThat(Engines.shared().openings()).isEqualTo(1);
    long generated = Engines.shared().stats().get(0).generatedTokens();
    assertThat(generated).isBetween(30L, 150L);

    String after = page("/llama/", text -> text.contains(generated + " generated<"));
    assertThat(after)
        .contains("<td data-label=\"Executor\"><div>driver<small>")
        .contains(TestSession.MODEL)
        .contains("SHA-256 " + Engines.shared().states().get(0).modelSha256().substring(0, 12))
        .contains("<td data-label=\"Device\"><div>cpu<small>")
        .contains("<td data-label=\"Requests\"><div>30<small>0 rejected, 0 failed, 0 cancelled")
        .contains("0 of 5")
        .contains("of 10,240 tokens")
        .contains("width=device-width")
        .doesNotContain("<b>plugin</b>");
    assertThat(page("/jobs/", text -> true)).contains("/llama/");

    String metrics = page("/metrics/prometheus", text -> metric(text, "requests_Count") == 30);
    assertThat(metric(metrics, "generatedTokens_Count")).isEqualTo((double) generated);
    assertThat(metric(metrics, "slots_Value")).isEqualTo(5);
    assertThat(metric(metrics, "slotsInUse_Value")).isZero();
    assertThat(metric(metrics, "occupancy_Value")).isBetween(0.001, 1.0);
    assertThat(metric(metrics, "failed_Count")).isZero();
    assertThat(metric(metrics, "rejected_Count")).isZero();
    assertThat(metric(metrics, "memoryBytes_Value")).isGreaterThan(1 << 20);
    for (String executors : new String[] {"all_requests_Count", "all_engines_Value"}) {
      assertThat(metric(metrics, executors)).isPositive();
    }
  }

  @Test
  void theSpeedNowIsSeenWhileRowsAreAnswered() throws Exception {
    Thread query =
        new Thread(
            () ->
                session
                    .sql(
                        "SELECT sum(length(llama_generate(concat('a row ', id), 500)))"
                            + " FROM range(0, 20000, 1, 2)")
                    .collect());
    session.sparkContext().setJobGroup("speed", "a long work", false);
    query.start();
    String busy = page("/llama/", text -> text.contains("<strong>5 of 5</strong> slots in use"));
    assertThat(busy).containsPattern("<strong>[1-9][\\d,]*</strong> generated tokens/s");
    String metrics =
        page("/metrics/prometheus", text -> metric(text, "generatedTokensPerSecond_Value") > 0);
    assertThat(metric(metrics, "slotsInUse_Value")).isEqualTo(5);
    session.sparkContext().cancelAllJobs();
    query.join();
    page("/llama/", text -> text.contains("<strong>0 of 5</strong> slots in use"));
  }

  @Test
  void anEngineThatDoesNotFitEndsTheStartWithTheNumbers() {
    session.stop();
    try {
      assertThatThrownBy(
              () ->
                  builder()
                      .config("spark.llama.preload", "true")
                      .config("spark.llama.slots", "4096")
                      .getOrCreate())
          .hasStackTraceContaining("Cannot keep 4096 slots of 2048 tokens: found");
      assertThatThrownBy(
              () ->
                  builder()
                      .config("spark.llama.preload", "/nowhere/a-model, " + TestSession.MODEL)
                      .getOrCreate())
          .hasStackTraceContaining("/nowhere/a-model");
      assertThat(Engines.shared().states()).isEmpty();
    } finally {
      start();
    }
  }

  /** The page, as soon as it is as expected; executors report every few seconds. */
  private static String page(String path, Predicate<String> expected)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(session.sparkContext().uiWebUrl().get() + path)).build();
    String text = "";
    while (!expected.test(text)) {
      text = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      Thread.sleep(50);
    }
    return text;
  }

  /** The value of one metric; NaN where it is not there. */
  private static double metric(String text, String name) {
    Matcher line =
        Pattern.compile("(?m)^metrics_\\S+" + METRICS + name + "\\{[^}]*} (\\S+)$").matcher(text);
    return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
  }
}
