/** Rows of a table as examples to learn from, and what a run of training says and keeps. */
package io.sparkllama.jobs.finetune;
