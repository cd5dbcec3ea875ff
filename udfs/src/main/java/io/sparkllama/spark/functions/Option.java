package io.sparkllama.spark.functions;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What calls may say beside their own arguments, by name or in the map {@code options}. */
enum Option {
  MAX_TOKENS("Most tokens of an answer."),
  TEMPERATURE("Above 0 draws tokens at random; 0, the default, takes the most likely one."),
  TOP_P("Draws from the most likely tokens whose probabilities reach this sum."),
  TOP_K("Draws from this many of the most likely tokens; 0 for all."),
  MIN_P("Leaves out tokens that are less likely than this share of the most likely one."),
  SEED("Decides with the row's text what is drawn."),
  STOP("A text, or an array of texts, that ends an answer."),
  ADAPTER("Name of an adapter that the model's package carries."),
  LONG_TEXT("A text that does not fit: 'error', 'truncate' or 'map_reduce'."),
  MODEL("Path or URI of another model than spark.llama.model."),
  ON_ERROR("A row that cannot be answered: 'fail', 'null' or 'default'."),
  DEFAULT("The value of such a row, for on_error => 'default'."),
  MODERATE(
      "Moderates input and answer: 'block' gives no answer where one may do harm; 'flag', of"
          + " llama_query alone, says so beside it."),
  MODERATE_CATEGORIES("An array of the categories of llama_moderate that count; all by default."),
  MODERATE_THRESHOLD("Least probability of a category that counts, 0.5 by default.");

  /** Of functions that generate. */
  static final Set<Option> OF_WRITING = EnumSet.range(MAX_TOKENS, DEFAULT);

  /** Of functions that generate texts, which may do harm. */
  static final Set<Option> OF_TEXTS = EnumSet.allOf(Option.class);

  /** Of functions that generate JSON, whose end is known. */
  static final Set<Option> OF_JSON = without(OF_WRITING, STOP);

  /** Of functions over any number of texts, which are divided in any case. */
  static final Set<Option> OF_GROUPS = without(OF_WRITING, LONG_TEXT);

  /** Of functions that score labels. */
  static final Set<Option> OF_CHOICE = EnumSet.range(ADAPTER, DEFAULT);

  /** Of functions that do not run the model. */
  static final Set<Option> OF_COUNT = EnumSet.range(MODEL, DEFAULT);

  private final String meaning;

  Option(String meaning) {
    this.meaning = meaning;
  }

  /** As calls name it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Parameter parameter() {
    return Parameter.optional(word(), meaning);
  }

  /** Of functions whose result has a place for the error. */
  static Set<Option> withoutErrors(Set<Option> options) {
    return without(options, ON_ERROR, DEFAULT);
  }

  private static Set<Option> without(Set<Option> options, Option... others) {
    Set<Option> rest = EnumSet.copyOf(options);
    rest.removeAll(List.of(others));
    return rest;
  }

  static List<Parameter> parameters(Set<Option> options) {
    return Arrays.stream(values()).filter(options::contains).map(Option::parameter).toList();
  }
}
