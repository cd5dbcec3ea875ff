package io.sparkllama.spark.ui;

import io.sparkllama.spark.monitor.ExecutorReports;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;

/** The tab Llama: what the engines of each executor do. */
public final class LlamaTab extends SparkUITab {

  private LlamaTab(SparkUI ui, ExecutorReports reports) {
    super(ui, "llama");
    attachPage(new LlamaPage(this, reports));
  }

  /** Adds the tab to an application's UI. */
  public static void attach(SparkUI ui, ExecutorReports reports) {
    ui.attachTab(new LlamaTab(ui, reports));
  }
}
