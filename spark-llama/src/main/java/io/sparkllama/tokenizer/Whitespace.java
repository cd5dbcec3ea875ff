package io.sparkllama.tokenizer;

/** White space as the chat templates of the models understand it. */
final class Whitespace {

  private static final int NEXT_LINE = 0x85;

  private Whitespace() {}

  /** The text without white space at its ends, the kinds that do not break a line included. */
  static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
  }
}
