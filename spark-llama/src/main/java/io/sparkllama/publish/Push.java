package io.sparkllama.publish;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Puts a package where others can take it from. */
public final class Push {

  private Push() {}

  /**
   * Checks the package, writes its card where it has none, and sends what is not there yet.
   *
   * @throws io.sparkllama.errors.ModelException when the package is damaged, or the place refuses
   *     it, has other files, or stays out of reach
   */
  public static TransferReport run(PushRequest request) {
    ModelPackage model = ModelPackages.open(request.folder());
    List<PushedFile> files = new ArrayList<>(PushedFile.allOf(model.folder()));
    if (files.stream().noneMatch(file -> file.path().equals(ModelCard.FILE_NAME))) {
      String card = ModelCard.of(model, request.license());
      files.add(PushedFile.of(ModelCard.FILE_NAME, card.getBytes(StandardCharsets.UTF_8)));
    }
    return request
        .places()
        .target(request.target())
        .push(files, request.publication(), request.progress());
  }
}
