import { Command } from "commander";
import { z } from "zod";
import { TesseraError } from "#lib/core/errors.ts";
import { cancelRun, pauseRun, resumeRun, retryTiles } from "#lib/server/runs/control-run.ts";
import { readRun } from "#lib/server/runs/read-run.ts";
import { exitCodeOfRun, followRun } from "./follow-run.ts";
import { ensureWorkers } from "./headless.ts";
import { withInstallation } from "./installation.ts";

/** A run's id as typed. Throws `bad-input`. */
export function runId(text: string): string {
  if (!z.uuid().safeParse(text).success) throw new TesseraError("bad-input", `${text} is not the id of a run`);
  return text;
}

function control(name: string, description: string, act: (id: string) => Promise<unknown>, follow = false): Command {
  return new Command(name)
    .description(description)
    .argument("<run>", "id of the run", runId)
    .action(async (id: string) => {
      await withInstallation(async () => {
        await act(id);
        if (follow) await ensureWorkers();
        const run = follow ? await followRun(id) : await readRun(id);
        process.stdout.write(`${run.id} ${run.state}\n`);
        if (follow) process.exitCode = exitCodeOfRun(run);
      });
    });
}

export const pauseCommand = control("pause", "let tiles in flight finish, start no new ones", (id) =>
  pauseRun(id, null),
);
export const resumeCommand = control("resume", "go on with a paused run, and follow it", resumeRun, true);
export const cancelCommand = control("cancel", "stop a run for good; what was found stays", cancelRun);
export const retryCommand = control(
  "retry",
  "run the failed tiles again, and follow",
  (id) => retryTiles(id, "failed"),
  true,
);
