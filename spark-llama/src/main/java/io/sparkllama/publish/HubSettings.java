package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model hub and who asks it.
 *
 * @param endpoint {@code https://host}; {@code http} only without a token or to this machine
 * @param token access token, where one is needed
 * @param firstWait before a request that failed is tried again; doubled each time
 */
public record HubSettings(URI endpoint, Optional<String> token, Duration firstWait) {

  /** Environment variables, as all clients of the Hugging Face Hub know them. */
  public static final String ENDPOINT_VARIABLE = "HF_ENDPOINT";

  public static final String TOKEN_VARIABLE = "HF_TOKEN";

  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * Checks that the address is one and that the token cannot be overheard.
   *
   * @throws ModelException when not
   */
  public HubSettings {
    String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
    if (!Set.of("http", "https").contains(scheme) || endpoint.getHost() == null) {
      throw invalid(endpoint.toString());
    }
    if (token.isPresent() && scheme.equals("http") && !THIS_MACHINE.contains(endpoint.getHost())) {
      throw new ModelException(
          "Cannot send a token to %s: found http, expected https, or others could read it. Use the https address, or unset %s."
              .formatted(endpoint, TOKEN_VARIABLE));
    }
  }

  /** As {@value #ENDPOINT_VARIABLE} and {@value #TOKEN_VARIABLE} say. */
  public static HubSettings of(Map<String, String> environment) {
    String address = environment.getOrDefault(ENDPOINT_VARIABLE, "").strip();
    Optional<String> token =
        Optional.ofNullable(environment.get(TOKEN_VARIABLE)).map(String::strip);
    return new HubSettings(
        uri(address.isEmpty() ? DEFAULT_ENDPOINT : address),
        token.filter(text -> !text.isEmpty()),
        Duration.ofSeconds(1));
  }

  /** The address of a path on this hub. */
  URI at(String path) {
    return URI.create(endpoint.toString().replaceAll("/+$", "") + path);
  }

  /** Whether an address is on this hub, so that it may see the token. */
  boolean owns(URI address) {
    return String.valueOf(endpoint.getScheme()).equalsIgnoreCase(address.getScheme())
        && endpoint.getHost().equalsIgnoreCase(address.getHost())
        && endpoint.getPort() == address.getPort();
  }

  private static URI uri(String address) {
    try {
      return new URI(address);
    } catch (URISyntaxException e) {
      throw invalid(address);
    }
  }

  private static ModelException invalid(String address) {
    return new ModelException(
        "Invalid address of a model hub: found %s, expected https://host. Correct %s."
            .formatted(address, ENDPOINT_VARIABLE));
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "HubSettings[" + endpoint + "]";
  }
}
