package io.sparkllama.publish;

import io.sparkllama.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file's content hashes to.
 *
 * @param kind the hash
 * @param hex in lower case
 */
record Checksum(Kind kind, String hex) {

  enum Kind {
    SHA256,
    /** SHA-1 over {@code "blob SIZE\0"} and the content: what git calls a file by. */
    GIT_BLOB
  }

  static Checksum sha256(String hex) {
    return new Checksum(Kind.SHA256, hex);
  }

  static Checksum gitBlob(String hex) {
    return new Checksum(Kind.GIT_BLOB, hex);
  }

  /** The same kind of hash over a local file. */
  Checksum of(Path file) throws IOException {
    try (InputStream input = Files.newInputStream(file)) {
      return of(input, Files.size(file));
    }
  }

  boolean matches(PushedFile file) throws IOException {
    if (kind == Kind.SHA256) {
      return hex.equals(file.sha256());
    }
    try (InputStream input = file.content().open()) {
      return equals(of(input, file.size()));
    }
  }

  private Checksum of(InputStream input, long size) throws IOException {
    return kind == Kind.SHA256 ? sha256(Sha256.of(input)) : gitBlob(blobHash(input, size));
  }

  private static String blobHash(InputStream input, long size) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      new DigestInputStream(input, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  @Override
  public String toString() {
    return (kind == Kind.SHA256 ? "SHA-256 " : "git hash ") + hex;
  }
}
