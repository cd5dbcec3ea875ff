/** Prompt and answer of each task: text in, request out; logits or text in, value out. */
package io.sparkllama.task;
