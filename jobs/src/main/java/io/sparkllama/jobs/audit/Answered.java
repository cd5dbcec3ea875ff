package io.sparkllama.jobs.audit;

import java.util.Optional;

/**
 * A prompt with its label.
 *
 * @param label empty where there is no answer
 * @param error why, else empty
 */
record Answered(Prompt prompt, Optional<String> label, Optional<String> error) {}
