package io.sparkllama.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.publish.HubRepositories.Stored;
import io.sparkllama.publish.Publication.Visibility;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubPushTest {

  @TempDir Path temp;

  private HubServer hub;
  private Path model;

  @BeforeEach
  void start() throws IOException {
    hub = HubServer.start();
    model = Files.createDirectory(temp.resolve("tiny"));
    try (Stream<Path> files = Files.list(Fixtures.genaiInt4())) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Files.writeString(model.resolve(".hidden"), "not for others");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void whatIsPushedCanBePulled() {
    List<Long> heard = new ArrayList<>();
    TransferReport pushed = push((done, total) -> heard.add(done));
    assertThat(pushed.moved()).isEqualTo(pushed.bytes());
    assertThat(heard).isSorted().last().isEqualTo(pushed.bytes());
    assertThat(files()).containsKeys("model.onnx.data", "README.md").doesNotContainKey(".hidden");
    Path target = temp.resolve("again");
    Pull.run(
        new PullRequest(
            pushed.version(), target, List.of(), hub.places(), TransferListener.SILENT));
    assertThat(ModelPackages.open(target).sha256()).isEqualTo(ModelPackages.open(model).sha256());
  }

  /** The largest file has more than one part, and another goes as a whole. */
  @Test
  void largeFilesGoInParts() {
    push();
    assertThat(hub.askedOfStore)
        .anyMatch(asked -> asked.method().equals("PUT") && asked.path().endsWith("/2"))
        .anyMatch(asked -> asked.method().equals("PUT") && !asked.path().substring(1).contains("/"))
        .allMatch(asked -> asked.token().isEmpty());
  }

  @Test
  void whatIsThereIsNotSentAgain() throws IOException {
    push();
    int commits = commits();
    hub.askedOfStore.clear();
    assertThat(push().moved()).isZero();
    assertThat(commits()).isEqualTo(commits);
    Files.writeString(model.resolve("notes.md"), "new");
    assertThat(push().moved()).isEqualTo(3);
    assertThat(commits()).isEqualTo(commits + 1);
    assertThat(hub.askedOfStore).isEmpty();
  }

  @Test
  void aBrokenUploadIsSentAgain() {
    hub.faults.failedUploads.set(2);
    List<Long> heard = new ArrayList<>();
    TransferReport report = push((done, total) -> heard.add(done));
    assertThat(heard).last().isEqualTo(report.bytes());
    assertThat(files()).containsKey("model.onnx.data");
  }

  @Test
  void anInterruptedPushShowsNothingAndGoesOn() {
    hub.faults.uploadsLeft.set(1);
    assertThatThrownBy(this::push).isInstanceOf(ModelException.class).hasMessageContaining("403");
    assertThat(files()).isEmpty();
    hub.faults.uploadsLeft.set(Integer.MAX_VALUE);
    TransferReport report = push();
    assertThat(files()).hasSize(report.files());
    long puts = hub.askedOfStore.stream().filter(asked -> asked.method().equals("PUT")).count();
    push();
    assertThat(hub.askedOfStore.stream().filter(asked -> asked.method().equals("PUT")))
        .hasSize((int) puts);
  }

  @Test
  void anOwnCardStays() throws IOException {
    Files.writeString(model.resolve("README.md"), "# Mine\n");
    push();
    assertThat(text("README.md")).isEqualTo("# Mine\n");
  }

  @Test
  void theCardHasTheLicenseThatWasNamed() {
    push();
    assertThat(text("README.md")).startsWith("---\nlicense: apache-2.0\n").contains("int4");
  }

  @Test
  void somebodyElsesCommitIsNotOverwritten() {
    HubHttp http = new HubHttp(hub.settings());
    push();
    HubAddress address = HubAddress.of("hub:us/tiny").orElseThrow();
    HubCommit late = new HubCommit(http, address, "%040x".formatted(0), "late");
    assertThatThrownBy(() -> late.run(List.of(PushedFile.of("x", new byte[1])), List.of()))
        .hasMessageContainingAll("412", "a commit has happened since");
    assertThat(files()).doesNotContainKey("x");
  }

  @Test
  void aDamagedPackageIsNotPushed() throws IOException {
    Files.delete(model.resolve("model.onnx.data"));
    assertThatThrownBy(this::push).hasMessageContaining("model.onnx.data");
    assertThat(hub.asked).isEmpty();
  }

  private TransferReport push() {
    return push(TransferListener.SILENT);
  }

  private TransferReport push(TransferListener progress) {
    return Push.run(
        new PushRequest(
            model,
            "hub:us/tiny",
            Optional.of("apache-2.0"),
            new Publication("first", Visibility.PRIVATE),
            new Places(hub.settings(), Map.of()),
            progress));
  }

  private SortedMap<String, Stored> files() {
    return hub.repositories.find("us/tiny").orElseThrow().files();
  }

  private String text(String path) {
    return new String(files().get(path).content(), StandardCharsets.UTF_8);
  }

  private int commits() {
    return hub.repositories.find("us/tiny").orElseThrow().commits.size();
  }
}
