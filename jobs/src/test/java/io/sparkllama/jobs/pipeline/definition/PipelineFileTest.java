package io.sparkllama.jobs.pipeline.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.jobs.JobException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineFileTest {

  private static final String YAML =
      """
      name: posts
      model: models/smollm2
      source: {format: json, path: posts.jsonl, options: {multiLine: true}}
      key: [id, day]
      steps:
        - column: topic
          function: llama_classify
          input: text
          options:
            labels: [sport, politics]
            multi: true
            threshold: 0.25
        - column: norwegian
          function: translate
          input: [title, text]
          options: {language: no}
      sink: {path: tables/posts/}
      max_error_rate: 0.05
      reuse: true
      conf: {spark.llama.slots: 8}
      """;

  @Test
  void readsWhatAFileSays() {
    Pipeline pipeline = PipelineFile.parse("posts.yaml", YAML);
    assertThat(pipeline.source())
        .isEqualTo(
            new Source(
                "json",
                new TableName.AtPath("posts.jsonl"),
                Map.of("multiLine", "true"),
                Source.Reading.BATCH));
    assertThat(pipeline.key()).containsExactly("id", "day");
    assertThat(pipeline.steps().get(0).options())
        .containsExactly(
            Map.entry("labels", new Constant.Texts(List.of("sport", "politics"))),
            Map.entry("multi", new Constant.Truth(true)),
            Map.entry("threshold", new Constant.Numeral("0.25")));
    assertThat(pipeline.steps().get(1).function()).isEqualTo("llama_translate");
    assertThat(pipeline.steps().get(1).inputs()).containsExactly("title", "text");
    assertThat(pipeline.steps().get(1).options())
        .as("no is a language, as in YAML 1.2")
        .containsEntry("language", new Constant.Text("no"));
    assertThat(pipeline.state()).isEqualTo("tables/posts.pipeline");
    assertThat(pipeline.onError()).isEqualTo(Pipeline.OnError.QUARANTINE);
    assertThat(pipeline.maxErrorRate()).isEqualTo(Optional.of(0.05));
    assertThat(pipeline.reuse()).isEqualTo(Pipeline.Reuse.SHARED);
    assertThat(pipeline.conf()).containsExactly(Map.entry("spark.llama.slots", "8"));
    assertThat(pipeline.places().of("steps[1].options.language")).isEqualTo("posts.yaml:16:25");
    assertThat(pipeline.places().of("steps[1].options.unknown")).isEqualTo("posts.yaml:16:14");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "name: posts | nme: posts | posts.yaml:1:1: found unknown field nme, expected one of",
        "name: posts | nme: posts | Did you mean name?",
        "name: posts | nme: posts | Missing name, expected a name",
        "name: posts | name: a/b | posts.yaml:1:7: found a/b in name",
        "key: [id, day] | key: [] | posts.yaml:4:6: found an empty list in key",
        "key: [id, day] | key: [id, ID] | found ID twice in key",
        "key: [id, day] | key: [id | found no YAML",
        "column: norwegian | column: Topic | posts.yaml:13:13: found column Topic in two steps",
        "function: translate | function: {} | posts.yaml:14:15: found fields in steps[1].function",
        "sink: {path: tables/posts/} | sink: {path: a, table: b} | found path and table",
        "sink: {path: tables/posts/} | sink: {table: b} | Missing state",
        "max_error_rate: 0.05 | max_error_rate: 5 % | found 5 % in max_error_rate",
        "max_error_rate: 0.05 | on_error: quarantin | Did you mean quarantine?",
        "reuse: true | reuse: yes | found yes in reuse, expected true or false",
        "conf: {spark.llama.slots: 8} | conf: {slots: 8} | found slots in conf",
        "source: | sauce: | Missing source",
      })
  void mistakesHaveTheirPlace(String found, String replacement, String message) {
    assertThat(YAML).contains(found);
    assertThatThrownBy(
            () ->
                PipelineFile.parse(
                    "posts.yaml",
                    YAML.replaceFirst(java.util.regex.Pattern.quote(found), replacement)))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Invalid pipeline.\nposts.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void allMistakesAreToldAtOnce() {
    String wrong = YAML.replace("key:", "keys:").replace("input: text", "inputs: text");
    assertThatThrownBy(() -> PipelineFile.parse("posts.yaml", wrong))
        .hasMessageContaining("unknown field keys")
        .hasMessageContaining("unknown field steps[0].inputs")
        .hasMessageContaining("Missing steps[0].input");
  }

  @Test
  void textsAreQuotedForSql() {
    assertThat(new Constant.Text("it's \\ here").sql()).isEqualTo("'it\\'s \\\\ here'");
    assertThat(new Constant.Texts(List.of("a", "b")).sql()).isEqualTo("array('a', 'b')");
    assertThat(new Constant.Named(Map.of("a", "b")).sql()).isEqualTo("map('a', 'b')");
  }
}
