package io.sparkllama.cli;

import io.sparkllama.publish.TransferReport;
import java.util.List;

/** A transfer's summary for people. */
final class TransferTable {

  private TransferTable() {}

  static List<String> lines(TransferReport report) {
    return List.of(
        "%-10s %s".formatted("version", report.version()),
        "%-10s %,d in %,d bytes".formatted("files", report.files(), report.bytes()),
        "%-10s %,d bytes; the others were there".formatted("moved", report.moved()));
  }
}
