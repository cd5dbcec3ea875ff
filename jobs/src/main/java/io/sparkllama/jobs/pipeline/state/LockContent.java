package io.sparkllama.jobs.pipeline.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Who holds a lock.
 *
 * @param runId of the run
 * @param host where its driver is
 * @param pid of the driver's process
 * @param started when it took the lock, as ISO 8601 has it
 * @param beats how often the run has shown that it lives
 * @param dead runs that it took the lock from, and those that these took it from
 */
record LockContent(
    @JsonProperty("run_id") String runId,
    @JsonProperty("host") String host,
    @JsonProperty("pid") long pid,
    @JsonProperty("started") String started,
    @JsonProperty("beats") long beats,
    @JsonProperty("dead") List<DeadRun> dead) {

  private static final ObjectMapper JSON = new ObjectMapper();

  LockContent {
    dead = dead == null ? List.of() : List.copyOf(dead);
  }

  static LockContent of(String runId) {
    return new LockContent(
        runId, thisHost(), ProcessHandle.current().pid(), Instant.now().toString(), 0, List.of());
  }

  /** Nothing where a file is being written just now. */
  static Optional<LockContent> parse(byte[] bytes) {
    try {
      return Optional.of(JSON.readValue(bytes, LockContent.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  byte[] bytes() throws IOException {
    return JSON.writeValueAsBytes(this);
  }

  LockContent beat() {
    return new LockContent(runId, host, pid, started, beats + 1, dead);
  }

  /**
   * The same with a dead run in front of those that it knew.
   *
   * @param last when the other has last shown that it lived
   */
  LockContent after(LockContent other, Instant last) {
    DeadRun died =
        new DeadRun(
            other.runId, other.started == null ? last.toString() : other.started, last.toString());
    return new LockContent(
        runId,
        host,
        pid,
        started,
        beats,
        Stream.of(Stream.of(died), other.dead.stream(), dead.stream())
            .flatMap(Function.identity())
            .toList());
  }

  /** Whether the process has certainly ended: it would be on this machine, and is not there. */
  boolean ended() {
    return host.equals(thisHost()) && ProcessHandle.of(pid).isEmpty();
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-" + ProcessHandle.current().pid();
    }
  }
}
