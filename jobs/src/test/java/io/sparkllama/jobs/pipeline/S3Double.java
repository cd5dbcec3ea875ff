package io.sparkllama.jobs.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** S3Proxy, in a process of its own since its class path is not Spark's; objects are in memory. */
final class S3Double implements AutoCloseable {

  static final String BUCKET = "bucket";

  private static final long MOST_MILLIS = 60_000;

  private final Process process;
  private final String endpoint;

  /**
   * @param folder for its log
   */
  static S3Double start(Path folder) throws IOException, InterruptedException {
    String endpoint = "http://127.0.0.1:" + freePort();
    Path conf =
        Files.writeString(
            folder.resolve("s3proxy.conf"),
            """
            s3proxy.authorization=none
            s3proxy.endpoint=%s
            jclouds.provider=transient-nio2
            jclouds.identity=anybody
            jclouds.credential=anything
            """
                .formatted(endpoint));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-DLOG_LEVEL=warn",
            "-jar",
            System.getProperty("s3proxy"),
            "--properties",
            conf.toString());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("s3proxy.log").toFile());
    S3Double started = new S3Double(builder.start(), endpoint);
    started.makeBucket(folder);
    return started;
  }

  private S3Double(Process process, String endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void makeBucket(Path folder) throws IOException, InterruptedException {
    HttpRequest put =
        HttpRequest.newBuilder(URI.create(endpoint + "/" + BUCKET))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    long until = System.currentTimeMillis() + MOST_MILLIS;
    while (System.currentTimeMillis() < until && process.isAlive()) {
      try {
        if (HttpClient.newHttpClient()
                .send(put, HttpResponse.BodyHandlers.discarding())
                .statusCode()
            == 200) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(100); // It is starting.
      }
    }
    close();
    throw new AssertionError(
        "S3Proxy did not start: " + Files.readString(folder.resolve("s3proxy.log")));
  }

  /** What a Hadoop client needs to know of it. */
  Map<String, String> settings() {
    return Map.of(
        "fs.s3a.endpoint", endpoint,
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.access.key", "anybody",
        "fs.s3a.secret.key", "anything");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
