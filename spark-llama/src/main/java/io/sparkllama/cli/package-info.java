/** The command line: convert, inspect, generate and score without Spark. */
package io.sparkllama.cli;
