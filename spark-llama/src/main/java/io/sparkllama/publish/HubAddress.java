package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of a model hub, written {@code hub:OWNER/NAME} or {@code hub:OWNER/NAME@REVISION}.
 *
 * @param repository {@code OWNER/NAME}
 * @param revision branch, tag or commit; {@code main} where none is given
 */
record HubAddress(String repository, String revision) {

  private static final String SCHEME = "hub:";
  private static final Pattern FORM =
      Pattern.compile("hub:([A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*)(?:@([\\w./-]+))?");

  /** Empty when the text does not begin with {@code hub:}. */
  static Optional<HubAddress> of(String text) {
    if (!text.startsWith(SCHEME)) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new ModelException(
          "Invalid address %s: expected hub:OWNER/NAME or hub:OWNER/NAME@REVISION. Copy the name from the model's page."
              .formatted(text));
    }
    return Optional.of(
        new HubAddress(matcher.group(1), Optional.ofNullable(matcher.group(2)).orElse("main")));
  }

  /** Revisions may have slashes. */
  String encodedRevision() {
    return encoded(revision);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return SCHEME + repository + "@" + revision;
  }
}
