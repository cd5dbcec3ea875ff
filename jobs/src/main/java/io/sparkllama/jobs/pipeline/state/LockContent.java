package io.sparkllama.jobs.pipeline.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Who holds a lock.
 *
 * @param runId of the run
 * @param host where its driver is
 * @param pid of the driver's process
 * @param beats how often the run has shown that it lives
 */
record LockContent(
    @JsonProperty("run_id") String runId,
    @JsonProperty("host") String host,
    @JsonProperty("pid") long pid,
    @JsonProperty("beats") long beats) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static LockContent of(String runId) {
    return new LockContent(runId, thisHost(), ProcessHandle.current().pid(), 0);
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
    return new LockContent(runId, host, pid, beats + 1);
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
