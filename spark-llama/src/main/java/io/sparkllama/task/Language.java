package io.sparkllama.task;

/**
 * A language to translate to.
 *
 * @param code ISO 639-1
 * @param name English name, as prompts have it
 */
public record Language(String code, String name) {}
