import io.sparkllama.constraint.ConstraintCursor;
import io.sparkllama.constraint.Constraints;
import io.sparkllama.constraint.JsonSchema;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ControlTokens;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Optional;
import java.util.Random;

/**
 * How long it takes to find the tokens that a constraint allows: an answer of random tokens in states
 * that no answer has met, and the same answer again.
 *
 * <p>Run by ci/soak.sh constraint: {@code java -cp CLI.jar ConstraintTimes.java MODEL TOKENIZER.json}
 */
public final class ConstraintTimes {

  private static final int LLAMA3_TOKENS = 128_256;
  private static final int LLAMA3_END = 128_009;
  private static final int ROUNDS = 9;
  private static final String SCHEMA =
      """
      {"type": "object",
       "properties": {
         "name": {"type": "string"}, "born": {"type": ["string", "null"], "format": "date"},
         "children": {"type": "integer", "minimum": 0, "maximum": 20},
         "mood": {"enum": ["happy", "sad", "neutral"]},
         "languages": {"type": "array", "items": {"type": "string"}, "maxItems": 10},
         "note": {"type": "string", "maxLength": 200}},
       "required": ["name", "born", "children", "mood", "languages", "note"]}""";

  public static void main(String[] args) {
    ModelPackage model = model(ModelPackages.open(Path.of(args[0])), Path.of(args[1]));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      for (int round = 1; round <= ROUNDS; round++) {
        Constraints constraints = new Constraints(model, tokenizer);
        long start = System.nanoTime();
        constraints.begin(new JsonSchema("{\"type\": \"null\"}"), 10);
        double vocabulary = millis(start);
        start = System.nanoTime();
        constraints.begin(new JsonSchema(SCHEMA), 2000);
        System.out.printf("round %d: vocabulary %.0f ms, schema %.1f ms%n", round, vocabulary, millis(start));
        answer("new states", constraints);
        answer("known states", constraints);
      }
    }
  }

  /** The package with another tokenizer, of the released Llama 3 models. */
  private static ModelPackage model(ModelPackage own, Path tokenizer) {
    Architecture a = own.architecture();
    return new ModelPackage(
        own.folder(),
        own.layout(),
        new Architecture(
            a.layers(), a.heads(), a.keyValueHeads(), a.headSize(), a.hiddenSize(), LLAMA3_TOKENS, 2048),
        new ControlTokens(OptionalInt.empty(), false, List.of(LLAMA3_END)),
        Optional.empty(),
        own.graph(),
        tokenizer,
        own.prompts(),
        own.manifest(),
        own.sha256());
  }

  private static void answer(String what, Constraints constraints) {
    Random random = new Random(7);
    ConstraintCursor cursor = constraints.begin(new JsonSchema(SCHEMA), 2000);
    double[] choices = new double[2000];
    double[] checks = new double[2000];
    int count = 0;
    float[] scores = new float[LLAMA3_TOKENS];
    while (!cursor.ended()) {
      for (int token = 0; token < scores.length; token++) {
        scores[token] = random.nextFloat();
      }
      long start = System.nanoTime();
      int token = cursor.best(scores);
      choices[count] = millis(start);
      start = System.nanoTime();
      cursor.allows(token);
      checks[count++] = millis(start);
      cursor.accept(token);
    }
    Arrays.sort(choices, 0, count);
    Arrays.sort(checks, 0, count);
    System.out.printf(
        "  %s: %d tokens; a choice takes %.2f ms (median), %.2f (9 of 10), %.2f (most),"
            + " %.2f on average; a check of one token %.4f%n",
        what,
        count,
        choices[count / 2],
        choices[count * 9 / 10],
        choices[count - 1],
        Arrays.stream(choices, 0, count).average().orElseThrow(),
        checks[count / 2]);
  }

  private static double millis(long since) {
    return (System.nanoTime() - since) / 1e6;
  }
}
