package io.sparkllama.jobs.pipeline.definition;

/** Which table: by its folder or by its name in the catalog. */
public sealed interface TableName {

  /** As the pipeline file names it. */
  String text();

  /**
   * @param text path or URI of a folder
   */
  record AtPath(String text) implements TableName {}

  /**
   * @param text name in the session's catalog
   */
  record InCatalog(String text) implements TableName {}
}
