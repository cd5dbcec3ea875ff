package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelLocation;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * How the places are reached.
 *
 * @param hub the model hub of {@code hub:} addresses
 * @param hadoop settings of the Hadoop client, over those of its own files
 */
public record Places(HubSettings hub, Map<String, String> hadoop) {

  public Places {
    hadoop = Map.copyOf(hadoop);
  }

  /** The hub as the environment says; the Hadoop client as its own files say. */
  public static Places ofEnvironment() {
    return new Places(HubSettings.of(System.getenv()), Map.of());
  }

  PackageSource source(String location) {
    Optional<HubAddress> address = HubAddress.of(location);
    return address.isPresent() ? HubVersion.of(new HubHttp(hub), address.get()) : folder(location);
  }

  PackageTarget target(String location) {
    Optional<HubAddress> address = HubAddress.of(location);
    return address.isPresent()
        ? new HubRepository(new HubHttp(hub), address.get())
        : folder(location);
  }

  private HadoopFolder folder(String location) {
    URI uri = ModelLocation.uri(location);
    if (uri.getScheme() == null) {
      throw new ModelException(
          "Cannot transfer a model: found the address %s, expected hub:OWNER/NAME or the URI of a folder, as hdfs:///models/llama. Copy between local folders with cp."
              .formatted(location));
    }
    try {
      return HadoopFolder.open(uri, hadoop);
    } catch (NoClassDefFoundError e) {
      throw new ModelException(
          "Cannot reach %s: the Hadoop client is not on the class path (%s is missing). Add hadoop-client-api and hadoop-client-runtime."
              .formatted(uri, e.getMessage()),
          e);
    }
  }

  /** Leaves the values out: they may hold keys. */
  @Override
  public String toString() {
    return "Places[" + hub + "]";
  }
}
