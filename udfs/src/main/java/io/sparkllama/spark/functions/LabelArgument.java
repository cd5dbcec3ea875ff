package io.sparkllama.spark.functions;

import io.sparkllama.task.Label;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;

/** Labels of a call: an array of names, or a map from names to descriptions. */
final class LabelArgument {

  private static final int MOST = 500;

  private final Arguments arguments;
  private final String name;

  LabelArgument(Arguments arguments, String name) {
    this.arguments = arguments;
    this.name = name;
  }

  /** At least {@code least} labels of distinct names. */
  List<Label> read(int least) {
    List<Label> labels = labels();
    if (labels.size() < least || labels.size() > MOST) {
      throw invalid(labels.size() + " labels", "%d to %d".formatted(least, MOST));
    }
    Set<String> seen = new HashSet<>();
    for (Label label : labels) {
      if (label.name().isBlank()) {
        throw invalid("a blank label", "labels with a character that shows");
      }
      if (!seen.add(label.name().strip().toLowerCase(Locale.ROOT))) {
        throw invalid("the label " + label.name() + " twice", "distinct labels");
      }
    }
    return labels;
  }

  private List<Label> labels() {
    Arguments.Constant constant = arguments.constant(name).orElseThrow();
    if (constant.value() instanceof MapData map
        && constant.type() instanceof MapType type
        && type.keyType() instanceof StringType
        && type.valueType() instanceof StringType) {
      return described(map);
    }
    return arguments.texts(name).orElseThrow().stream().map(Label::named).toList();
  }

  private List<Label> described(MapData map) {
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < map.numElements(); i++) {
      String description =
          map.valueArray().isNullAt(i) ? "" : map.valueArray().getUTF8String(i).toString();
      labels.add(new Label(map.keyArray().getUTF8String(i).toString(), description));
    }
    return labels;
  }

  private RuntimeException invalid(String found, String expected) {
    return arguments.invalid(name, found, expected);
  }
}
