/** LoRA adapters as PEFT writes them. */
package io.sparkllama.convert.adapter;
