package io.sparkllama.spark.functions;

import io.sparkllama.errors.LlamaException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.ScalaFunctions;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;

/**
 * Wrong calls as what Spark throws for a query that cannot be analyzed, which clients in Python and
 * of Spark Connect know. A condition must be one of Spark's own; this is the one for arguments.
 */
public final class WrongCall {

  static final String CONDITION = "FAILED_FUNCTION_CALL";

  private static final String SQL_STATE = "38000";

  private WrongCall() {}

  /**
   * What {@code call} gives; an {@link AnalysisException} with its message for what it refuses.
   *
   * @param function name of the function that is called
   */
  public static <T> T refusing(String function, Supplier<T> call) {
    try {
      return call.get();
    } catch (LlamaException e) {
      throw of(function, e);
    }
  }

  /** For a call that Spark computes without a plan, such as a default or an entry of VALUES. */
  static RuntimeException outsideOfQuery(String function) {
    return of(
        function,
        new RequestException(
            "Cannot run %s where Spark computes a value without a query, as in DEFAULT or a constraint: expected a query's SELECT, WHERE, GROUP BY, ORDER BY or JOIN. Select the value from a table or a subquery."
                .formatted(function)));
  }

  /** Throws an {@link AnalysisException}, which Java takes for a checked one and Scala does not. */
  public static RuntimeException of(String function, LlamaException reason) {
    throw WrongCall.<RuntimeException>unchecked(
        new AnalysisException(
            "[%s] %s SQLSTATE: %s".formatted(CONDITION, reason.getMessage(), SQL_STATE),
            Option.empty(),
            Option.empty(),
            Option.apply(reason),
            Option.apply(CONDITION),
            parameters(function),
            new QueryContext[0]));
  }

  private static Map<String, String> parameters(String function) {
    return Map$.MODULE$.from(
        ScalaFunctions.<Tuple2<String, String>>seq(List.of(new Tuple2<>("funcName", function))));
  }

  @SuppressWarnings({
    "unchecked", // nobody looks at the type at run time
    "TypeParameterUnusedInFormals"
  })
  private static <E extends Throwable> E unchecked(Throwable checked) throws E {
    throw (E) checked;
  }
}
