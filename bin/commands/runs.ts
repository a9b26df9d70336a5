import { Command, Option } from "commander";
import { z } from "zod";
import { runPatchSchema } from "#lib/core/api/runs.ts";
import { RUN_STATES, type Run, type RunState } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { setConcurrency } from "#lib/server/runs/control-run.ts";
import { readRun, readRuns } from "#lib/server/runs/read-run.ts";
import { runId } from "./control.ts";
import { exitCodeOfRun, followRun } from "./follow-run.ts";
import { withInstallation } from "./installation.ts";
import { number, parseWith } from "./options.ts";
import { figuresOf } from "./progress-line.ts";
import { routingOf } from "./routing.ts";
import { watchRun } from "./watch-run.ts";

/** Runs are read by pages of so many. */
const PAGE = 100;

function line(run: Run): string {
  const reason = run.reason === null ? "" : `  ${run.reason}`;
  const figures = figuresOf(run, { perSecond: null, secondsLeft: null });
  return `${run.id}  ${run.state.padEnd(12)}  ${figures}  ${run.configuration.model}${reason}\n`;
}

type Options = {
  watch?: true;
  concurrency?: number;
  state?: RunState;
  image?: string;
  limit: number;
  json?: true;
};

async function list({ state, image, limit, json }: Options): Promise<void> {
  const runs: Run[] = [];
  let cursor: string | undefined;
  do {
    const page = await readRuns({ state, image, cursor, limit: Math.min(PAGE, limit - runs.length) });
    if (!json) process.stdout.write(page.items.map(line).join(""));
    runs.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && runs.length < limit);
  if (json) process.stdout.write(`${JSON.stringify(runs)}\n`);
}

async function one(id: string, { watch, concurrency, json }: Options): Promise<void> {
  if (concurrency !== undefined) {
    await setConcurrency(id, parseWith(runPatchSchema, { concurrency }).concurrency, CLI.actor);
  }
  const run = watch ? await (json ? followRun(id) : watchRun(id)) : await readRun(id);
  process.stdout.write(json ? `${JSON.stringify(run)}\n` : `${line(run)}${routingOf(run)}`);
  if (watch) process.exitCode = exitCodeOfRun(run);
}

/** `tessera runs`: lists runs, shows one, or follows it. */
export const runsCommand = new Command("runs")
  .description("list runs, or follow one tile by tile")
  .argument("[run]", "id of a run", runId)
  .option("--watch", "follow it tile by tile until it ends; with --json, print it once it has ended")
  .option("--concurrency <n>", "change how many of its tiles may be in flight", number)
  .addOption(new Option("--state <state>", "list only runs in this state").choices(RUN_STATES))
  .option("--image <id>", "list only runs of this image")
  .option("--limit <n>", "list so many at most, newest first", number, 100)
  .option("--json", "print JSON")
  .action(async (id: string | undefined, options: Options) => {
    if (id === undefined && (options.watch || options.concurrency !== undefined)) {
      throw new TesseraError("bad-input", "name a run");
    }
    parseWith(z.object({ limit: z.int().positive(), image: z.uuid().optional() }), options);
    await withInstallation(() => (id === undefined ? list(options) : one(id, options)));
  });
