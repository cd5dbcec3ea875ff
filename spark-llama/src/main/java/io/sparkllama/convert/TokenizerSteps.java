package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a kind of vocabulary does with text, each step as a tokenizer.json describes it. */
sealed interface TokenizerSteps permits ByteLevelRebuild, SentencePieceRebuild {

  JsonNode normalizer();

  JsonNode preTokenizer();

  ObjectNode model();

  /** What happens to ids where no token opens the text. */
  JsonNode postProcessor();

  JsonNode decoder();
}
