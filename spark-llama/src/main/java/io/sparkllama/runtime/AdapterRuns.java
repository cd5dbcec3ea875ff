package io.sparkllama.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession.RunOptions;
import io.sparkllama.errors.EngineException;
import io.sparkllama.errors.RequestException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How passes run, by the adapter that is active. Adapters are loaded when they are first asked for
 * and stay. One thread activates and runs; {@link #interrupt} and {@link #stopPass} may come from
 * any.
 */
final class AdapterRuns implements AutoCloseable {

  private final Map<Optional<Path>, Run> runs = new ConcurrentHashMap<>();
  private Loader loader = file -> OrtLoraAdapter.create(file.toString());
  private volatile boolean interrupted;
  private volatile Run active;

  private record Run(RunOptions options, Optional<OrtLoraAdapter> adapter) {}

  @FunctionalInterface
  interface Loader {
    OrtLoraAdapter load(Path file) throws OrtException;
  }

  AdapterRuns() {
    activate(Optional.empty());
  }

  /** Loads adapters in another way; to be called before there are any. */
  void load(Loader way) {
    loader = way;
  }

  void activate(Optional<Path> file) {
    active = runs.computeIfAbsent(file, this::load);
    if (interrupted) {
      interrupt();
    }
  }

  RunOptions options() {
    return active.options;
  }

  private Run load(Optional<Path> file) {
    try {
      RunOptions options = new RunOptions();
      if (file.isEmpty()) {
        return new Run(options, Optional.empty());
      }
      OrtLoraAdapter adapter = loader.load(file.get());
      options.addActiveLoraAdapter(adapter);
      return new Run(options, Optional.of(adapter));
    } catch (OrtException e) {
      throw new RequestException(
          "Cannot load the adapter %s: %s. Make it again with the adapter command."
              .formatted(file.map(Path::toString).orElse(""), e.getMessage().strip()),
          e);
    }
  }

  /** After {@link #close} there is nothing to interrupt. */
  synchronized void interrupt() {
    interrupted = true;
    runs.values().forEach(run -> setTerminate(run, true));
  }

  void stopPass() {
    setTerminate(active, true);
  }

  void resume() {
    if (!interrupted) {
      setTerminate(active, false);
    }
  }

  private static void setTerminate(Run run, boolean terminate) {
    try {
      run.options.setTerminate(terminate);
    } catch (OrtException e) {
      throw new EngineException("Failed to interrupt a running pass. End the process.", e);
    }
  }

  /** A second call does nothing. */
  @Override
  public synchronized void close() {
    for (Run run : runs.values()) {
      run.options.close();
      run.adapter.ifPresent(OrtLoraAdapter::close);
    }
    runs.clear();
  }
}
