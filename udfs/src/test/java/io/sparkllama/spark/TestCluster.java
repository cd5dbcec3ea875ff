package io.sparkllama.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master$;
import org.apache.spark.deploy.worker.Worker$;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;
import scala.Some;

/**
 * What {@code local-cluster[2,2,2048]} starts, but with an address for each worker: Spark runs a
 * second attempt of a slow task on another host only.
 */
final class TestCluster implements AutoCloseable {

  private static final int CORES = 2;
  private static final int MEMORY = 2048;

  private final RpcEnv master;
  private final List<RpcEnv> workers;

  private TestCluster(RpcEnv master, List<RpcEnv> workers) {
    this.master = master;
    this.workers = workers;
  }

  /**
   * @param conf of the workers
   * @param folder for what executors write
   */
  static TestCluster start(SparkConf conf, Path folder) {
    RpcEnv master = Master$.MODULE$.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, conf)._1();
    String[] url = {master.address().toSparkURL()};
    return new TestCluster(
        master,
        Stream.of(2, 3)
            .map(
                host ->
                    Worker$.MODULE$.startRpcEnvAndEndpoint(
                        "127.0.0." + host,
                        0,
                        0,
                        CORES,
                        MEMORY,
                        url,
                        folder.toString(),
                        new Some<>(host),
                        conf,
                        Option.empty()))
            .toList());
  }

  /** GPUs 5 and 7 of each worker, made up by a script. */
  static SparkConf withGpus(SparkConf conf, Path folder) throws IOException {
    Path script =
        Files.writeString(
            folder.resolve("gpus.sh"),
            "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"5\", \"7\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return conf.set("spark.worker.resource.gpu.amount", "2")
        .set("spark.worker.resource.gpu.discoveryScript", script.toString());
  }

  String url() {
    return master.address().toSparkURL();
  }

  @Override
  public void close() {
    workers.forEach(RpcEnv::shutdown);
    workers.forEach(RpcEnv::awaitTermination);
    master.shutdown();
    master.awaitTermination();
  }
}
