package io.sparkllama.jobs.pipeline.check;

import io.sparkllama.jobs.JobException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.PromptTemplate;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.task.Moderated;
import io.sparkllama.task.Prompts;
import io.sparkllama.task.TaskOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What the answers of a call depend on beside its inputs.
 *
 * @param hash SHA-256 over all of it, in hexadecimal
 * @param task name of the task
 * @param promptVersion of the task's prompt; empty where no model is asked
 * @param modelSha256 identity of the model package
 * @param adapter name or path; empty for none
 * @param seed of the sampling
 */
public record CallIdentity(
    String hash, String task, String promptVersion, String modelSha256, String adapter, long seed) {

  /** Opens the model's package, so that a broken one is found here. */
  static CallIdentity of(LlamaCall call, Configuration hadoop) {
    EngineSpec engine = EngineSpec.of(call.settings(), hadoop);
    ModelPackage model = EngineSpec.packageOf(call.settings(), hadoop);
    Prompts prompts = new Prompts(model.prompts(), call.settings().promptOrder());
    Optional<PromptTemplate> prompt = prompts.find(call.spec().task());
    TaskOptions options = call.spec().options();
    return new CallIdentity(
        hash(
            call,
            engine,
            words(prompt) + moderation(call, prompts),
            adapterHash(model, options.adapter())),
        call.spec().task().name(),
        prompt.map(PromptTemplate::version).orElse(""),
        engine.modelSha256(),
        options.adapter(),
        options.sampling().seed());
  }

  /** Slots, threads and the like change no answer; the room for a text may. */
  private static String hash(LlamaCall call, EngineSpec engine, String prompts, String adapter) {
    return Hashes.sha256(
        List.of(
            call.spec().task().toString(),
            call.spec().options().toString(),
            call.spec().type().toString(),
            prompts,
            engine.modelSha256(),
            Integer.toString(engine.options().capacity()),
            adapter));
  }

  private static String words(Optional<PromptTemplate> prompt) {
    return prompt.map(PromptTemplate::toString).orElse("");
  }

  /** What decides whether there is an answer at all. */
  private static String moderation(LlamaCall call, Prompts prompts) {
    return call.spec().task() instanceof Moderated moderated
        ? words(prompts.find(moderated.moderate()))
        : "";
  }

  private static String adapterHash(ModelPackage model, String adapter) {
    if (adapter.isEmpty()) {
      return "";
    }
    Path file = model.adapter(adapter);
    MessageDigest digest = Hashes.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (NoSuchFileException e) {
      throw unreadable(adapter, "no such file", e);
    } catch (IOException e) {
      throw unreadable(adapter, e.toString(), e);
    }
    return Hashes.hex(digest);
  }

  private static JobException unreadable(String adapter, String found, IOException cause) {
    return new JobException(
        "Cannot read the adapter %s: found %s, expected a name that the model's package carries. Check the step's option adapter."
            .formatted(adapter, found),
        cause);
  }
}
