import { Command } from "commander";
import { z } from "zod";
import { TesseraError } from "#lib/core/errors.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { cancelRun, pauseRun, resumeRun, retryTiles } from "#lib/server/runs/control-run.ts";
import { readRun } from "#lib/server/runs/read-run.ts";
import { exitCodeOfRun, followRun } from "./follow-run.ts";
import { withInstallation } from "./installation.ts";
import { number } from "./options.ts";
import { scopeOf } from "./tile-scope.ts";

/** A run's id as typed. Throws `bad-input`. */
export function runId(text: string): string {
  if (!z.uuid().safeParse(text).success) throw new TesseraError("bad-input", `${text} is not the id of a run`);
  return text;
}

type Options = { json?: true };
type Control<O> = { act: (id: string, options: O) => Promise<unknown>; follow?: boolean };

function control<O extends Options>(name: string, description: string, { act, follow = false }: Control<O>): Command {
  return new Command(name)
    .description(description)
    .argument("<run>", "id of the run", runId)
    .option("--json", "print the run as JSON")
    .action(async (id: string, options: O) => {
      await withInstallation(async () => {
        await act(id, options);
        const run = follow ? await followRun(id) : await readRun(id);
        process.stdout.write(options.json ? `${JSON.stringify(run)}\n` : `${run.id} ${run.state}\n`);
        if (follow) process.exitCode = exitCodeOfRun(run);
      });
    });
}

export const pauseCommand = control("pause", "let tiles in flight finish, start no new ones", {
  act: (id) => pauseRun(id, CLI),
});
export const resumeCommand = control("resume", "go on with a paused run, and follow it", {
  act: (id) => resumeRun(id, CLI.actor),
  follow: true,
});
export const cancelCommand = control("cancel", "stop a run for good; what was found stays", {
  act: (id) => cancelRun(id, CLI.actor),
});

type RetryOptions = Options & { tiles?: string; region?: string; page?: number };
export const retryCommand = control<RetryOptions>(
  "retry",
  "run tiles again – all that failed, or those named – and follow",
  {
    act: async (id, options) => retryTiles(id, await scopeOf(options), CLI.actor),
    follow: true,
  },
)
  .option("--tiles <list>", "these tiles, e.g. 3,7,9-12")
  .option("--region <region>", "tiles in x,y,width,height (level-0 pixels), a GeoJSON polygon, or a file with one")
  .option("--page <n>", "with --region: of this page alone, 0-based", number);
