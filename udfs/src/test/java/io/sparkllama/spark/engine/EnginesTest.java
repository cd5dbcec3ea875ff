package io.sparkllama.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.errors.EngineException;
import io.sparkllama.errors.LlamaException;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.spark.settings.DeviceChoice;
import io.sparkllama.spark.settings.DeviceSettings;
import io.sparkllama.task.PromptOrder;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.Task;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskOptions;
import io.sparkllama.task.TaskRunner;
import io.sparkllama.task.Value;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Engines that are asked for at the same time, do not open, or end. */
@Timeout(60)
class EnginesTest {

  private static final Path MODEL =
      Path.of(System.getProperty("fixtures"), "tiny-llama3", "genai-int4").toAbsolutePath();

  private static final Task SENTIMENT = new Sentiment();

  private final Engines engines = Engines.shared();

  @TempDir private Path folder;

  /** A file system that does not answer until it is told to, and then with an error. */
  public static final class Slow extends RawLocalFileSystem {

    private static final CountDownLatch ASKED = new CountDownLatch(1);
    private static final CountDownLatch ANSWERS = new CountDownLatch(1);
    private static final AtomicInteger CALLS = new AtomicInteger();

    @Override
    public URI getUri() {
      return URI.create("slow:///");
    }

    @Override
    public void initialize(URI uri, Configuration conf) {
      setConf(conf);
    }

    @Override
    protected void checkPath(org.apache.hadoop.fs.Path path) {}

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      ASKED.countDown();
      try {
        ANSWERS.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      CALLS.incrementAndGet();
      throw new IOException("a file system that fails");
    }
  }

  @Test
  void tasksThatComeTogetherShareOneEngine() throws Exception {
    int before = engines.openings();
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    List<Future<TaskRunner>> runners =
        IntStream.range(0, 8).mapToObj(i -> tasks.submit(() -> runner(local(3)))).toList();
    TaskRunner first = runners.get(0).get();
    for (Future<TaskRunner> runner : runners) {
      assertThat(runner.get()).isSameAs(first);
    }
    tasks.shutdown();
    assertThat(engines.openings() - before).isEqualTo(1);
  }

  @Test
  void aSlowOpeningThatFailsConcernsOnlyThoseWhoAskedForIt() throws Exception {
    EngineSpec slow =
        spec(
            "slow://" + MODEL,
            2,
            CacheSettings.defaults()
                .withFolder(folder.toString())
                .withHadoop(
                    Map.of(
                        "fs.slow.impl",
                        Slow.class.getName(),
                        "fs.slow.impl.disable.cache",
                        "true")));
    FutureTask<TaskRunner> first = new FutureTask<>(() -> runner(slow));
    FutureTask<TaskRunner> second = new FutureTask<>(() -> runner(slow));
    new Thread(first).start();
    Slow.ASKED.await();
    Thread waiting = new Thread(second);
    waiting.start();

    assertThat(answers(runner(local(5)))).isTrue();
    assertThat(first.isDone()).isFalse();

    waiting.interrupt();
    assertThatThrownBy(second::get).hasMessageContaining("Cannot wait for the engine");
    Slow.ANSWERS.countDown();
    assertThatThrownBy(first::get)
        .hasCauseInstanceOf(LlamaException.class)
        .hasStackTraceContaining("a file system that fails");
    assertThatThrownBy(() -> runner(slow)).isInstanceOf(LlamaException.class);
    assertThat(Slow.CALLS).hasValue(2);
  }

  @Test
  void anOpeningThatFailedIsTriedAgain() throws IOException {
    EngineSpec spec = spec(folder.toString(), 9, CacheSettings.defaults());
    assertThatThrownBy(() -> runner(spec)).isInstanceOf(LlamaException.class);
    copyModel();
    assertThat(answers(runner(spec))).isTrue();
  }

  /** It may carry other adapters, which the identity of its weights does not tell. */
  @Test
  void theSameWeightsInAnotherPlaceAreAnotherEngine() throws IOException {
    TaskRunner here = runner(local(11));
    copyModel();
    EngineSpec there = spec(folder.toString(), 11, CacheSettings.defaults());
    assertThat(there.modelSha256()).isEqualTo(local(11).modelSha256());
    assertThat(runner(there)).isNotSameAs(here);
    assertThat(runner(local(11))).isSameAs(here);
  }

  private void copyModel() throws IOException {
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void anEngineThatHasEndedIsOpenedAgain() throws InterruptedException {
    EngineSpec spec = local(7);
    List<Thread> before = engineThreads();
    TaskRunner ended = runner(spec);
    List<Thread> added = engineThreads().stream().filter(one -> !before.contains(one)).toList();
    assertThat(added).hasSize(1);
    // What an error that nobody foresaw would do to it.
    added.get(0).interrupt();
    added.get(0).join();
    assertThatThrownBy(() -> answers(ended)).hasCauseInstanceOf(EngineException.class);
    int openings = engines.openings();
    assertThat(answers(runner(spec))).isTrue();
    assertThat(engines.openings()).isEqualTo(openings + 1);
    assertThat(engines.states()).filteredOn(state -> state.load().slots() == 7).hasSize(1);
  }

  private static List<Thread> engineThreads() {
    return Stream.of(Thread.getAllStackTraces().keySet().toArray(Thread[]::new))
        .filter(thread -> thread.getName().equals("spark-llama-engine"))
        .toList();
  }

  private static boolean answers(TaskRunner runner) {
    return runner.submit(SENTIMENT, TaskInput.of("a good day"), TaskOptions.DEFAULTS).join().value()
        instanceof Value.Scores;
  }

  private TaskRunner runner(EngineSpec spec) {
    return engines.runner(spec, PromptOrder.INSTRUCTION_FIRST);
  }

  private static EngineSpec local(int slots) {
    return spec(MODEL.toString(), slots, CacheSettings.defaults());
  }

  private static EngineSpec spec(String model, int slots, CacheSettings cache) {
    return new EngineSpec(
        model,
        ModelPackages.open(MODEL).sha256(),
        EngineOptions.DEFAULTS.withSlots(slots),
        cache,
        new DeviceSettings(DeviceChoice.AUTO, ComputeDevice.DEFAULT_MEMORY_FRACTION));
  }
}
