package io.sparkllama.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** Java lambdas and lists as Spark's Scala signatures want them. */
public final class ScalaFunctions {

  private ScalaFunctions() {}

  /** A lambda that may travel. */
  @FunctionalInterface
  public interface SerializableFunction<A, B> extends Function<A, B>, Serializable {}

  public static <A, B> scala.Function1<A, B> of(SerializableFunction<A, B> function) {
    return new Lambda<>(function);
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
}
