package io.sparkllama.spark.estimate;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.Constants;
import io.sparkllama.spark.functions.WrongCall;
import java.util.List;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.Function1;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/**
 * The table function {@code llama_estimate(query)}: a row for each call in a query, with what it
 * would ask. The query is analyzed with the session that calls; its rows are counted when the
 * estimate is read.
 */
public final class EstimateFunction {

  public static final String NAME = "llama_estimate";

  private static final String PARAMETER = "query";

  private EstimateFunction() {}

  /** What {@code SparkSessionExtensions.injectTableFunction} takes. */
  public static Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, LogicalPlan>>
      injection() {
    return new Tuple3<>(
        new FunctionIdentifier(NAME),
        info(),
        ScalaFunctions.of(given -> WrongCall.refusing(NAME, () -> build(given))));
  }

  private static ExpressionInfo info() {
    return new ExpressionInfo(
        EstimateFunction.class.getName(),
        "",
        NAME,
        NAME
            + "(query) - What the llama functions of a query would ask: a row for each call, with"
            + " rows, requests, tokens and time. The model is not run.",
        "\n    Arguments:\n      * query - a constant text, one SELECT statement\n",
        "\n    Examples:\n      > SELECT * FROM "
            + NAME
            + "('SELECT llama_sentiment(text) FROM VALUES (''I love it.'') AS posts(text)');\n  ",
        "",
        "",
        "",
        "",
        "");
  }

  private static LogicalPlan build(Seq<Expression> given) {
    SparkSession session = SparkSession.active();
    LogicalPlan query = analyzed(session, text(ScalaFunctions.list(given)));
    return DataSourceV2Relation.create(
        new EstimateTable(session, query), Option.empty(), Option.empty());
  }

  private static String text(List<Expression> given) {
    if (given.size() != 1) {
      throw new RequestException(
          "Invalid call of %s: found %d arguments, expected 1: query. Give one SELECT statement as a text."
              .formatted(NAME, given.size()));
    }
    Expression argument = given.get(0);
    if (argument instanceof NamedArgumentExpression named
        && named.key().equalsIgnoreCase(PARAMETER)) {
      argument = named.value();
    }
    Object value = Constants.is(argument) ? Constants.value(argument) : null;
    if (value == null) {
      throw new RequestException(
          "Invalid argument query of %s: found %s, expected a constant text. Give one SELECT statement."
              .formatted(
                  NAME, Constants.is(argument) ? "NULL" : "an expression that is not constant"));
    }
    return value.toString();
  }

  private static LogicalPlan analyzed(SparkSession session, String query) {
    LogicalPlan plan = QueryEstimate.execution(session, parsed(session, query)).analyzed();
    if (plan instanceof Command || plan.isStreaming()) {
      throw new RequestException(
          "Invalid query of %s: found a %s, expected a SELECT statement over tables. Give the SELECT inside of it."
              .formatted(NAME, plan.isStreaming() ? "stream" : "command"));
    }
    return plan;
  }

  private static LogicalPlan parsed(SparkSession session, String query) {
    try {
      return session.sessionState().sqlParser().parsePlan(query);
    } catch (ParseException e) {
      // Spark's own message would show the query.
      throw new RequestException(
          "Invalid query of %s: found a syntax error (%s) at line %s, position %s, expected one SELECT statement. Correct the query."
              .formatted(
                  NAME,
                  e.getCondition(),
                  place(e.start().line()),
                  place(e.start().startPosition())));
    }
  }

  private static String place(Option<Object> number) {
    return number.isDefined() ? number.get().toString() : "unknown";
  }
}
