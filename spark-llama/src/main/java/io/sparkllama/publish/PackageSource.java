package io.sparkllama.publish;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Where a package is pulled from; all files are of one version. */
sealed interface PackageSource permits HadoopFolder, HubVersion {

  /** Address and version, for messages. */
  @Override
  String toString();

  List<PackageFile> files();

  /**
   * Opens a file.
   *
   * @param from first byte
   * @throws IOException when trying again may help
   * @throws io.sparkllama.errors.ModelException when it does not
   */
  InputStream open(PackageFile file, long from) throws IOException;
}
