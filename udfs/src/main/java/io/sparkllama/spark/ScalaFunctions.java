package io.sparkllama.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import scala.PartialFunction;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;

/** Java lambdas and lists as Spark's Scala signatures want them. */
public final class ScalaFunctions {

  private ScalaFunctions() {}

  /** A lambda that may travel. */
  @FunctionalInterface
  public interface SerializableFunction<A, B> extends Function<A, B>, Serializable {}

  public static <A, B> scala.Function1<A, B> of(SerializableFunction<A, B> function) {
    return new Lambda<>(function);
  }

  /**
   * A function of those arguments for which there is a result; each is asked for once where Spark
   * transforms or collects.
   */
  public static <A, B> PartialFunction<A, B> partial(Function<A, Optional<B>> function) {
    return new Partial<>(function);
  }

  public static <T> Seq<T> seq(List<? extends T> list) {
    return CollectionConverters.<T>asScala(List.<T>copyOf(list)).toList();
  }

  /** Attributes of a child, and those that a node adds. */
  public static Seq<Attribute> append(Seq<Attribute> columns, List<Attribute> added) {
    List<Attribute> all = new ArrayList<>(ScalaFunctions.<Attribute>list(columns));
    all.addAll(added);
    return seq(all);
  }

  public static <T> List<T> list(scala.collection.Iterable<? extends T> values) {
    return List.copyOf(CollectionConverters.asJavaCollection(values));
  }

  private static final class Lambda<A, B> extends AbstractFunction1<A, B> implements Serializable {

    private static final long serialVersionUID = 1L;

    private final SerializableFunction<A, B> function;

    Lambda(SerializableFunction<A, B> function) {
      this.function = function;
    }

    @Override
    public B apply(A argument) {
      return function.apply(argument);
    }
  }

  private static final class Partial<A, B> extends AbstractPartialFunction<A, B> {

    private final Function<A, Optional<B>> function;

    Partial(Function<A, Optional<B>> function) {
      this.function = function;
    }

    @Override
    public boolean isDefinedAt(A argument) {
      return function.apply(argument).isPresent();
    }

    @Override
    public B apply(A argument) {
      return function.apply(argument).orElseThrow();
    }

    @Override
    @SuppressWarnings("unchecked") // Scala's B1 is a supertype of B, which Java cannot say
    public <A1 extends A, B1> B1 applyOrElse(A1 argument, scala.Function1<A1, B1> otherwise) {
      Optional<B> result = function.apply(argument);
      return result.isPresent() ? (B1) result.get() : otherwise.apply(argument);
    }
  }
}
