package io.sparkllama.jobs.pipeline;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.spark.engine.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Writes every few milliseconds how many requests the engines of a process have had, into a file
 * named by its pid, so that they can be counted after the process was killed.
 */
public final class RequestLog implements SparkPlugin {

  static final String FOLDER = "spark.requestLog";

  private static final long MILLIS = 10;

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        Path folder = Path.of(context.conf().get(FOLDER));
        Thread thread = new Thread(() -> write(folder), "request-log");
        thread.setDaemon(true);
        thread.start();
      }
    };
  }

  private static void write(Path folder) {
    Path file = folder.resolve(Long.toString(ProcessHandle.current().pid()));
    Path next = folder.resolve("." + file.getFileName());
    long requests = 0;
    try {
      while (true) {
        // Engines that a signal has closed count no more.
        requests =
            Math.max(
                requests, Engines.shared().stats().stream().mapToLong(EngineStats::requests).sum());
        Files.writeString(next, Long.toString(requests));
        Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        Thread.sleep(MILLIS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Requests of all processes that have written. */
  static long sum(Path folder) {
    return pids(folder).stream().mapToLong(pid -> read(folder.resolve(pid))).sum();
  }

  /** Processes that have written. */
  static java.util.List<String> pids(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long read(Path file) {
    try {
      return Long.parseLong(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
