package io.sparkllama.spark.functions;

import io.sparkllama.task.AspectSentiment;
import io.sparkllama.task.Filter;
import io.sparkllama.task.Value;
import java.io.Serializable;
import java.time.ZoneId;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** What a task's value becomes in a column. Equal types give equal columns. */
public sealed interface AnswerType extends Serializable {

  DataType dataType();

  /**
   * The value as Catalyst has it.
   *
   * @param value of the kind that the function's task gives, not {@link Value.None}
   */
  Object catalyst(Value value);

  /** A text. */
  record Text() implements AnswerType {
    @Override
    public DataType dataType() {
      return DataTypes.StringType;
    }

    @Override
    public Object catalyst(Value value) {
      return UTF8String.fromString(((Value.Text) value).text());
    }
  }

  /** The most likely label. */
  record Label() implements AnswerType {
    @Override
    public DataType dataType() {
      return DataTypes.StringType;
    }

    @Override
    public Object catalyst(Value value) {
      return UTF8String.fromString(((Value.Scores) value).label());
    }
  }

  /** Whether yes is the most likely label. */
  record Truth() implements AnswerType {
    @Override
    public DataType dataType() {
      return DataTypes.BooleanType;
    }

    @Override
    public Object catalyst(Value value) {
      return ((Value.Scores) value).label().equals(Filter.YES);
    }
  }

  /** A whole number. */
  record Count() implements AnswerType {
    @Override
    public DataType dataType() {
      return DataTypes.IntegerType;
    }

    @Override
    public Object catalyst(Value value) {
      return ((Value.Count) value).count();
    }
  }

  /** A struct with a field for the probability of each label. */
  record Fields(List<String> labels) implements AnswerType {
    public Fields {
      labels = List.copyOf(labels);
    }

    @Override
    public DataType dataType() {
      return Types.struct(
          labels.stream().map(label -> Types.field(label, DataTypes.DoubleType)).toList());
    }

    @Override
    public Object catalyst(Value value) {
      return new GenericInternalRow(((Value.Scores) value).probabilities().toArray());
    }
  }

  /** A map from labels to probabilities. */
  record Map() implements AnswerType {
    @Override
    public DataType dataType() {
      return DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false);
    }

    @Override
    public Object catalyst(Value value) {
      Value.Scores scores = (Value.Scores) value;
      return new ArrayBasedMapData(
          Types.texts(scores.labels()), new GenericArrayData(scores.probabilities().toArray()));
    }
  }

  /** The most likely label, its probability, and those of all. */
  record LabelAndScores() implements AnswerType {
    @Override
    public DataType dataType() {
      return Types.struct(
          List.of(
              Types.field("label", DataTypes.StringType),
              Types.field("probability", DataTypes.DoubleType),
              Types.field("scores", new Map().dataType())));
    }

    @Override
    public Object catalyst(Value value) {
      Value.Scores scores = (Value.Scores) value;
      return new GenericInternalRow(
          new Object[] {
            UTF8String.fromString(scores.label()),
            scores.probabilities().get(scores.best()),
            new Map().catalyst(value)
          });
    }
  }

  /** All labels whose probability reaches a threshold, in the order of the call. */
  record Labels(double threshold) implements AnswerType {
    @Override
    public DataType dataType() {
      return DataTypes.createArrayType(DataTypes.StringType, false);
    }

    @Override
    public Object catalyst(Value value) {
      return Types.texts(((Value.Scores) value).reaching(threshold));
    }
  }

  /** The same, with the probabilities of all. */
  record LabelsAndScores(double threshold) implements AnswerType {
    @Override
    public DataType dataType() {
      return Types.struct(
          List.of(
              Types.field("labels", new Labels(threshold).dataType()),
              Types.field("scores", new Map().dataType())));
    }

    @Override
    public Object catalyst(Value value) {
      return new GenericInternalRow(
          new Object[] {new Labels(threshold).catalyst(value), new Map().catalyst(value)});
    }
  }

  /** Whether a text may do harm, by what, and the probability of each category. */
  record Moderation(double threshold) implements AnswerType {
    @Override
    public DataType dataType() {
      return Types.struct(
          List.of(
              Types.field("flagged", DataTypes.BooleanType),
              Types.field("categories", new Labels(threshold).dataType()),
              Types.field("scores", new Map().dataType())));
    }

    @Override
    public Object catalyst(Value value) {
      List<String> found = ((Value.Scores) value).reaching(threshold);
      return new GenericInternalRow(
          new Object[] {!found.isEmpty(), Types.texts(found), new Map().catalyst(value)});
    }
  }

  /** An array of aspects with their sentiments. */
  record Aspects() implements AnswerType {
    @Override
    public DataType dataType() {
      return DataTypes.createArrayType(
          Types.struct(
              List.of(
                  Types.field("aspect", DataTypes.StringType),
                  Types.field("sentiment", DataTypes.StringType))),
          false);
    }

    @Override
    public Object catalyst(Value value) {
      return new GenericArrayData(
          ((Value.Aspects) value).aspects().stream().map(Aspects::row).toArray());
    }

    private static Object row(AspectSentiment aspect) {
      return new GenericInternalRow(
          new Object[] {
            UTF8String.fromString(aspect.aspect()), UTF8String.fromString(aspect.sentiment())
          });
    }
  }

  /**
   * A struct of the type that the call names.
   *
   * @param struct the type
   * @param zone of times without one
   */
  record Extracted(StructType struct, String zone) implements AnswerType {
    @Override
    public DataType dataType() {
      return struct;
    }

    @Override
    public Object catalyst(Value value) {
      return new JsonValues(ZoneId.of(zone)).read(((Value.Json) value).json(), struct);
    }
  }
}
