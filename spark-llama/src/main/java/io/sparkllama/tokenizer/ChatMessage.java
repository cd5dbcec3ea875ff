package io.sparkllama.tokenizer;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content the text as written; control strings in it stay plain text
 */
public record ChatMessage(String role, String content) {

  public static ChatMessage system(String content) {
    return new ChatMessage("system", content);
  }

  public static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  /** Names the role only: content stays out of logs. */
  @Override
  public String toString() {
    return "ChatMessage[" + role + "]";
  }
}
