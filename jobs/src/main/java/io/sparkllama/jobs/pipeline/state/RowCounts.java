package io.sparkllama.jobs.pipeline.state;

/**
 * Rows of a run.
 *
 * @param read of the source
 * @param added that the sink did not have
 * @param changed in the source, or last answered under another configuration
 * @param deleted that the source has no more
 * @param failed of the added and changed, that could not be answered
 */
public record RowCounts(long read, long added, long changed, long deleted, long failed) {

  public static final RowCounts NONE = new RowCounts(0, 0, 0, 0, 0);

  public RowCounts withFailed(long rows) {
    return new RowCounts(read, added, changed, deleted, rows);
  }

  public RowCounts plus(RowCounts other) {
    return new RowCounts(
        read + other.read,
        added + other.added,
        changed + other.changed,
        deleted + other.deleted,
        failed + other.failed);
  }

  /** Rows to answer. */
  public long todo() {
    return added + changed;
  }
}
