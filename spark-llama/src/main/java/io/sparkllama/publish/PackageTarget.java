package io.sparkllama.publish;

import java.util.List;

/** Where a package is pushed to. */
sealed interface PackageTarget permits HadoopFolder, HubRepository {

  /**
   * Puts files there. Whoever looks meanwhile finds the package that was there before, or sees that
   * it is not whole.
   *
   * @param publication how it appears, where versions have texts and readers
   */
  TransferReport push(List<PushedFile> files, Publication publication, TransferListener progress);
}
