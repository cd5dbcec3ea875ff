package io.sparkllama.jobs.pipeline;

import io.sparkllama.jobs.SharedSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Kills runs at random moments, every second time an executor. Run by ci/soak.sh pipeline-kill:
 * {@code java ... KillRounds FOLDER ROUNDS ROWS SEED}.
 */
final class KillRounds {

  private KillRounds() {}

  public static void main(String[] args) throws Exception {
    SharedSession.openForMany();
    int rounds = Integer.parseInt(args[1]);
    long rows = Long.parseLong(args[2]);
    Random random = new Random(Long.parseLong(args[3]));
    boolean good = true;
    System.out.println("killed        at      requests   lost  doubled");
    for (int round = 0; round < rounds; round++) {
      Path folder = Files.createDirectories(Path.of(args[0], "round-" + round)).toAbsolutePath();
      KilledRun.Victim victim =
          round % 2 == 0 ? KilledRun.Victim.DRIVER : KilledRun.Victim.EXECUTOR;
      KilledRun.Found found =
          new KilledRun(folder, rows, victim).at(1 + random.nextLong(rows * 95 / 100), random);
      System.out.printf(
          "%-8s %7d %7d (%.2f %%) %5d %5d%n",
          victim,
          found.killedAt(),
          found.requests(),
          100.0 * found.requests() / rows,
          rows - found.distinct(),
          found.rows() - found.distinct());
      good &=
          found.distinct() == rows && found.rows() == rows && found.requests() * 100 <= rows * 105;
    }
    System.exit(good ? 0 : 1);
  }
}
