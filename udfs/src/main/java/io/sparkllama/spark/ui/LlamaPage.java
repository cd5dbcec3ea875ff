package io.sparkllama.spark.ui;

import io.sparkllama.spark.monitor.ExecutorReports;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.UIUtils$;
import org.apache.spark.ui.WebUIPage;
import scala.Function0;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction0;
import scala.xml.Node;
import scala.xml.Unparsed;

/** The page of the tab, with Spark's own header around it. */
final class LlamaPage extends WebUIPage {

  private final SparkUITab tab;
  private final ExecutorReports reports;

  LlamaPage(SparkUITab tab, ExecutorReports reports) {
    super("");
    this.tab = tab;
    this.reports = reports;
  }

  @Override
  public Seq<Node> render(HttpServletRequest request) {
    String content = new EngineTable(reports.reports(), System.currentTimeMillis()).html();
    return header(
        request,
        new AbstractFunction0<>() {
          @Override
          public Seq<Node> apply() {
            return new Unparsed(content);
          }
        });
  }

  /** Spark 4.2 has a flag more than 4.0 and 4.1; none is wanted here. */
  @SuppressWarnings("unchecked")
  private Seq<Node> header(HttpServletRequest request, Function0<Seq<Node>> content) {
    Method header =
        Arrays.stream(UIUtils$.class.getMethods())
            .filter(method -> method.getName().equals("headerSparkPage"))
            .findFirst()
            .orElseThrow();
    Object[] arguments = new Object[header.getParameterCount()];
    Arrays.fill(arguments, false);
    arguments[0] = request;
    arguments[1] = "Llama";
    arguments[2] = content;
    arguments[3] = tab;
    arguments[4] = Option.empty();
    try {
      return (Seq<Node>) header.invoke(UIUtils$.MODULE$, arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot render the page of engines.", e);
    }
  }
}
