package io.sparkllama.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a layout's configuration says, before it is checked against the files.
 *
 * @param config the configuration file
 * @param graph the ONNX graph
 */
record PackageParts(
    ModelPackage.Layout layout,
    Path config,
    Architecture architecture,
    ControlTokens controlTokens,
    Optional<ChatStyle> chatStyle,
    Path graph,
    TokenizerFile tokenizer,
    Map<String, PromptTemplate> prompts,
    Optional<Manifest> manifest) {}
