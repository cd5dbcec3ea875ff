package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.spark.engine.EngineState;
import io.sparkllama.spark.engine.Engines;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors in processes of their own: plans, settings and rows travel, and executors are lost. */
@Tag("application")
@Timeout(180)
class ClusterTest {

  private static final int EXECUTORS = 2;

  private static final String SHORT =
      "SELECT id, llama_sentiment(text) s, llama_generate(text, 12) g FROM posts WHERE id < 60";

  private static final String LONG = "SELECT id, llama_generate(%s(text), 200) g FROM posts";

  /** The answer to each text but for those that {@code copies} adds in a first attempt. */
  private static final String COPIED =
      "SELECT id, g FROM (SELECT id, text, copy, llama_generate(copy, 200) g FROM"
          + " (SELECT id, text, explode(copies(text)) copy FROM posts WHERE id < 60))"
          + " WHERE copy = text OR length(g) < 0";

  @TempDir private static Path folder;

  private static List<Row> shortQuiet;
  private static List<Row> longQuiet;
  private static TestCluster cluster;
  private static SparkSession session;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    session = session(SparkSession.builder().master("local[4]"));
    shortQuiet = rows(SHORT);
    longQuiet = rows(LONG.formatted("concat"));
    session.stop();
    cluster = TestCluster.start(confOfCluster(), folder);
    session =
        session(
            SparkSession.builder()
                .master(cluster.url())
                .config(confOfCluster())
                .config("spark.plugins", LlamaPlugin.class.getName())
                .config("spark.llama.preload", "true"));
    // Both executors are there from the first query on.
    await(executors -> executors.size() == EXECUTORS);
  }

  private static SparkConf confOfCluster() throws IOException {
    return TestCluster.withGpus(new SparkConf(), folder)
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.executor.memory", "1g")
        .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .set("spark.executorEnv.RUST_FLAVOR", "cpu")
        .set("spark.speculation", "true")
        .set("spark.speculation.interval", "100ms")
        .set("spark.speculation.minTaskRuntime", "2s")
        .set("spark.speculation.multiplier", "2")
        .set("spark.speculation.quantile", "0.5")
        .set("spark.executor.resource.gpu.amount", "1")
        .set("spark.task.resource.gpu.amount", "0.5");
  }

  private static SparkSession session(SparkSession.Builder builder) {
    SparkSession started =
        builder
            .config("spark.ui.port", "0")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config("spark.llama.model", TestModels.TINY)
            .getOrCreate();
    started
        .range(0, 600, 1, 12)
        .selectExpr("id", "concat('post number ', id, ' of the day') AS text")
        .createOrReplaceTempView("posts");
    String marks = folder.toString();
    started
        .udf()
        .register("mark", (UDF1<String, String>) text -> mark(text, marks), DataTypes.StringType);
    started.udf().register("fail", (UDF1<String, String>) ClusterTest::fail, DataTypes.StringType);
    started
        .udf()
        .register(
            "copies",
            (UDF1<String, List<String>>) ClusterTest::copies,
            DataTypes.createArrayType(DataTypes.StringType));
    return started;
  }

  @AfterAll
  static void stop() {
    session.stop();
    cluster.close();
  }

  /** Tells which process has come to the middle of its first partition. */
  private static String mark(String text, String folder) throws IOException {
    if (text.contains("20 of the day")) {
      Files.writeString(Path.of(folder, "process"), "" + ProcessHandle.current().pid());
    }
    return text;
  }

  /** The first attempt at each partition fails in its middle. */
  private static String fail(String text) {
    if (TaskContext.get().attemptNumber() == 0 && text.contains("25 of the day")) {
      throw new IllegalStateException("a task that fails once");
    }
    return text;
  }

  /** The first attempt at the first partition has a long work to do. */
  private static List<String> copies(String text) {
    TaskContext task = TaskContext.get();
    int copies = task.partitionId() == 0 && task.attemptNumber() == 0 ? 20_000 : 0;
    return IntStream.rangeClosed(0, copies).mapToObj(i -> i == 0 ? text : text + i).toList();
  }

  @Test
  void executorsAnswerAsOneProcessDoes() throws IOException, InterruptedException {
    assertThat(rows(SHORT)).isEqualTo(shortQuiet);
    List<Executor> executors = executors();
    assertThat(executors).hasSize(EXECUTORS);
    assertThat(executors)
        .allSatisfy(
            executor -> {
              assertThat(executor.engines).hasSize(executor.openings);
              assertThat(executor.engines.get(0).device().label()).isEqualTo("cpu");
            });
    assertThat(tab(text -> text.split("SHA-256", -1).length > EXECUTORS))
        .contains("GPUs given: 5")
        .contains("127.0.0.2")
        .contains("127.0.0.3");
  }

  @Test
  void settingsThatCameAfterTheStartReachExecutors() throws InterruptedException {
    session.conf().set("spark.llama.slots", "3");
    try {
      assertThat(rows(SHORT)).isEqualTo(shortQuiet);
      rows(SHORT);
    } finally {
      session.conf().unset("spark.llama.slots");
    }
    List<EngineState> engines =
        executors().stream()
            .flatMap(executor -> executor.engines.stream())
            .filter(engine -> engine.load().slots() == 3)
            .toList();
    // One opening in each executor that had a task, however many tasks came.
    assertThat(engines).hasSize(EXECUTORS);
  }

  @Test
  void tasksThatAreTriedAgainGiveTheSameRows() {
    assertThat(rows(LONG.formatted("fail"))).isEqualTo(longQuiet);
  }

  @Test
  void anExecutorThatIsLostCostsNoRow() throws Exception {
    FutureTask<List<Row>> query = new FutureTask<>(() -> rows(LONG.formatted("mark")));
    new Thread(query).start();
    Path mark = folder.resolve("process");
    while (!Files.exists(mark) || Files.size(mark) == 0) {
      Thread.sleep(10);
    }
    long process = Long.parseLong(Files.readString(mark));
    assertThat(query.isDone()).isFalse();
    assertThat(ProcessHandle.of(process).orElseThrow().destroyForcibly()).isTrue();
    assertThat(query.get()).isEqualTo(longQuiet);
    await(
        executors ->
            executors.size() == EXECUTORS
                && executors.stream().noneMatch(executor -> executor.process == process));
  }

  @Test
  void theSlowerOfTwoAttemptsGivesItsSlotsBack() throws InterruptedException {
    List<Row> rows = rows(COPIED);
    assertThat(rows).isEqualTo(longQuiet.subList(0, 60));
    await(executors -> executors.stream().allMatch(executor -> executor.requestsInWork() == 0));
    long requests = executors().stream().mapToLong(Executor::requests).sum();
    assertThat(requests).isLessThan(20_000);
    Thread.sleep(500);
    assertThat(executors().stream().mapToLong(Executor::requests).sum()).isEqualTo(requests);
  }

  /** The driver's page of engines, as soon as it is as expected. */
  private static String tab(Predicate<String> expected) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(session.sparkContext().uiWebUrl().get() + "/llama/"))
            .build();
    String text = "";
    while (!expected.test(text)) {
      Thread.sleep(100);
      text = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
    return text;
  }

  /** By their ids; Spark would sort ranges of answers, and ask for each twice. */
  private static List<Row> rows(String query) {
    return session.sql(query).collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.getLong(0)))
        .toList();
  }

  /** An executor and its engines, as its tasks see them. */
  private record Executor(String id, long process, int openings, List<EngineState> engines)
      implements Serializable {

    static Executor ofThisProcess() {
      return new Executor(
          SparkEnv.get().executorId(),
          ProcessHandle.current().pid(),
          Engines.shared().openings(),
          Engines.shared().states());
    }

    int requestsInWork() {
      return engines.stream()
          .mapToInt(engine -> engine.load().slotsInUse() + engine.load().waiting())
          .sum();
    }

    long requests() {
      return engines.stream().mapToLong(engine -> engine.stats().requests()).sum();
    }
  }

  /** As many tasks as there are cores, which take so long that each executor gets some. */
  private static List<Executor> executors() {
    List<Integer> numbers = IntStream.range(0, 2 * EXECUTORS).boxed().toList();
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(numbers, numbers.size())
        .map(
            number -> {
              Thread.sleep(200);
              return Executor.ofThisProcess();
            })
        .collect()
        .stream()
        .collect(Collectors.toMap(Executor::id, executor -> executor, (first, second) -> second))
        .values()
        .stream()
        .toList();
  }

  private static void await(Predicate<List<Executor>> condition) throws InterruptedException {
    while (!condition.test(executors())) {
      Thread.sleep(50);
    }
  }
}
