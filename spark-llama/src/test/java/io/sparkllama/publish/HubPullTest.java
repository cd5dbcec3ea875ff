package io.sparkllama.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.model.Sha256;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubPullTest {

  private static final String WEIGHTS = "model.onnx.data";

  @TempDir Path temp;

  private HubServer hub;
  private Path target;

  @BeforeEach
  void start() throws IOException {
    hub = HubServer.start();
    hub.repositories.add("us/tiny", Fixtures.genaiInt4());
    target = temp.resolve("models/tiny");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aPackageIsTheSameHere() throws IOException {
    List<Long> heard = new ArrayList<>();
    TransferReport report =
        Pull.run(
            new PullRequest(
                "hub:us/tiny", target, List.of(), hub.places(), (done, total) -> heard.add(done)));
    assertThat(ModelPackages.open(target).sha256())
        .isEqualTo(ModelPackages.open(Fixtures.genaiInt4()).sha256());
    assertThat(report.version()).isEqualTo("hub:us/tiny@" + "%040x".formatted(1));
    assertThat(report.moved()).isEqualTo(report.bytes()).isEqualTo(heard.get(heard.size() - 1));
    assertThat(heard).isSorted();
    assertThat(names(temp.resolve("models"))).containsExactly("tiny");
  }

  @Test
  void theTokenGoesToTheHubAlone() {
    pull();
    assertThat(hub.asked).allMatch(asked -> asked.token().equals(Optional.of("Bearer secret")));
    assertThat(hub.askedOfStore).isNotEmpty().allMatch(asked -> asked.token().isEmpty());
  }

  @Test
  void aBrokenConnectionGoesOnWhereItBroke() throws IOException {
    hub.faults.drops.set(2);
    TransferReport report = pull();
    assertThat(report.moved()).isEqualTo(report.bytes());
    assertThat(
            hub.askedOfStore.stream().filter(asked -> asked.range().isPresent()).toList().size()
                + hub.asked.stream().filter(asked -> asked.range().isPresent()).toList().size())
        .isEqualTo(2);
    assertWhole();
  }

  @Test
  void aLaterRunGoesOnWhereTheFirstEnded() throws IOException {
    long size = Files.size(Fixtures.genaiInt4().resolve(WEIGHTS));
    long all = pulledHalf();
    assertThat(target).doesNotExist();
    TransferReport report = pull();
    assertThat(report.moved()).isBetween(1L, all - size / 2);
    assertWhole();
    assertThat(names(temp.resolve("models"))).containsExactly("tiny");
  }

  /** All but the second half of the weights; returns the bytes of the package. */
  private long pulledHalf() throws IOException {
    TransferReport whole = pull();
    Path pulling = temp.resolve("models/.tiny.pulling");
    Files.move(target, pulling);
    byte[] weights = Files.readAllBytes(pulling.resolve(WEIGHTS));
    Files.delete(pulling.resolve(WEIGHTS));
    Files.write(pulling.resolve(WEIGHTS + ".part"), Arrays.copyOf(weights, weights.length / 2 + 1));
    return whole.bytes();
  }

  @Test
  void halvesOfTwoVersionsAreNeverOneFile() throws IOException {
    pulledHalf();
    Path part = temp.resolve("models/.tiny.pulling").resolve(WEIGHTS + ".part");
    byte[] older = Files.readAllBytes(part);
    older[17] ^= 1;
    Files.write(part, older);
    pull();
    assertWhole();
  }

  @Test
  void aHubThatStaysAwayLeavesNothingUnderTheName() throws IOException {
    hub.faults.unavailable.set(Integer.MAX_VALUE);
    assertThatThrownBy(this::pull)
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("status 503", "5 times in a row", "goes on where it was");
    assertThat(target).doesNotExist();
    hub.faults.unavailable.set(0);
    pull();
    assertWhole();
  }

  @Test
  void busyHubsAreAskedAgain() throws IOException {
    hub.faults.unavailable.set(3);
    pull();
    assertWhole();
  }

  @Test
  void aDamagedFileIsFetchedOnceMore() throws IOException {
    hub.faults.damaged.set(1);
    pull();
    assertWhole();
  }

  @Test
  void aFileThatIsDamagedThereIsNamedAndNotTaken() throws IOException {
    String sha256 = Sha256.of(Fixtures.genaiInt4().resolve(WEIGHTS));
    byte[] damaged = hub.repositories.large.get(sha256).clone();
    damaged[100] ^= 1;
    hub.repositories.large.put(sha256, damaged);
    assertThatThrownBy(this::pull)
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll(WEIGHTS, "expected SHA-256 " + sha256, "found SHA-256");
    assertThat(target).doesNotExist();
    assertThat(temp.resolve("models/.tiny.pulling").resolve(WEIGHTS)).doesNotExist();
  }

  @Test
  void aServerWithoutRangesWillDo() throws IOException {
    hub.faults.ignoresRanges = true;
    hub.faults.drops.set(1);
    pull();
    assertWhole();
  }

  @Test
  void onlyWhatIsWantedComes() throws IOException {
    TransferReport report =
        Pull.run(
            new PullRequest(
                "hub:us/tiny",
                target,
                List.of("*.json", "{chat,none}*.jinja"),
                hub.places(),
                TransferListener.SILENT));
    assertThat(names(target))
        .containsExactly(
            "chat_template.jinja", "genai_config.json", "tokenizer.json", "tokenizer_config.json");
    assertThat(report.files()).isEqualTo(4);
    assertThatThrownBy(
            () ->
                Pull.run(
                    new PullRequest(
                        "hub:us/tiny",
                        temp.resolve("other"),
                        List.of("*.gguf"),
                        hub.places(),
                        TransferListener.SILENT)))
        .hasMessageContainingAll("no file that fits [*.gguf]");
  }

  @Test
  void whatIsThereIsNotFetchedAgain() {
    pull();
    hub.askedOfStore.clear();
    assertThat(pull().moved()).isZero();
    assertThat(hub.askedOfStore).isEmpty();
  }

  @Test
  void somethingElseUnderTheNameStays() throws IOException {
    Files.createDirectories(target);
    Files.writeString(target.resolve("notes.txt"), "mine");
    assertThatThrownBy(this::pull).hasMessageContainingAll("something else", "another folder");
    assertThat(names(target)).containsExactly("notes.txt");
  }

  @Test
  void namesThatLeaveTheFolderAreRefused() throws IOException {
    hub.repositories.add(
        "us/tiny", Map.of("../../outside.txt", "x".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(this::pull).hasMessageContainingAll("outside.txt", "leaves the folder");
    assertThat(temp.resolve("outside.txt")).doesNotExist();
    assertThat(target).doesNotExist();
  }

  @Test
  void refusalsSayWhatToDo() {
    assertThatThrownBy(() -> pull("hub:us/none", hub.places()))
        .hasMessageContainingAll("404", "owner, name and revision");
    Places others =
        new Places(
            new HubSettings(hub.settings().endpoint(), Optional.of("wrong"), Duration.ofMillis(5)),
            Map.of());
    assertThatThrownBy(() -> pull("hub:us/tiny", others))
        .hasMessageContainingAll("401", HubSettings.TOKEN_VARIABLE)
        .hasMessageNotContaining("wrong");
    assertThatThrownBy(() -> pull("hub:tiny", hub.places()))
        .hasMessageContainingAll("hub:tiny", "hub:OWNER/NAME@REVISION");
    assertThatThrownBy(() -> pull("models/tiny", hub.places()))
        .hasMessageContainingAll("models/tiny", "expected hub:OWNER/NAME or the URI");
  }

  @Test
  void tokensAreNotSentInTheOpen() {
    assertThatThrownBy(
            () ->
                new HubSettings(
                    URI.create("http://hub.example"), Optional.of("secret"), Duration.ZERO))
        .hasMessageContainingAll("http://hub.example", "expected https")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "hub.example")))
        .hasMessageContainingAll("hub.example", "https://host");
    assertThat(HubSettings.of(Map.of("HF_TOKEN", " abc ")).toString())
        .isEqualTo("HubSettings[https://huggingface.co]");
  }

  private TransferReport pull() {
    return pull("hub:us/tiny", hub.places());
  }

  private TransferReport pull(String source, Places places) {
    return Pull.run(new PullRequest(source, target, List.of(), places, TransferListener.SILENT));
  }

  private void assertWhole() {
    assertThat(ModelPackages.open(target).sha256())
        .isEqualTo(ModelPackages.open(Fixtures.genaiInt4()).sha256());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
