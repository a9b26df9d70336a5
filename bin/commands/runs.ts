import { Command } from "commander";
import { runPatchSchema } from "#lib/core/api/runs.ts";
import { eventSchema } from "#lib/core/detection/events.ts";
import type { Run } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { setConcurrency } from "#lib/server/runs/control-run.ts";
import { readRun, readRuns } from "#lib/server/runs/read-run.ts";
import { runId } from "./control.ts";
import { exitCodeOfRun, followRun } from "./follow-run.ts";
import { withInstallation } from "./installation.ts";
import { number, parseWith } from "./options.ts";

function line(run: Run): string {
  const { done, failed, pending, running, skipped } = run.tiles;
  const total = done + failed + pending + running + skipped;
  return `${run.id}  ${run.state.padEnd(12)}  ${done}/${total} tiles  ${run.findings} findings  ${run.configuration.model}`;
}

/** A line for each tile that changed. */
function tellTile(event: unknown): void {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success || parsed.data.kind !== "tile") return;
  const { index, state, attempts, latencyMs, detections, error, retryInMs } = parsed.data;
  const took = latencyMs === null ? "" : `  ${Math.round(latencyMs)} ms`;
  const found = state === "done" ? `  ${detections} found` : "";
  const again = retryInMs === null ? "" : `  again in ${Math.round(retryInMs)} ms`;
  process.stdout.write(
    `tile ${index}  ${state}  attempt ${attempts}${took}${found}${again}${error ? `  ${error}` : ""}\n`,
  );
}

/** `tessera runs`: lists runs, shows one, or follows it. */
export const runsCommand = new Command("runs")
  .description("list runs, or follow one tile by tile")
  .argument("[run]", "id of a run", runId)
  .option("--watch", "follow it tile by tile until it ends")
  .option("--concurrency <n>", "change how many of its tiles may be in flight", number)
  .option("--json", "print JSON")
  .action(async (id: string | undefined, options: { watch?: true; concurrency?: number; json?: true }) => {
    await withInstallation(async () => {
      if (id === undefined) {
        if (options.watch || options.concurrency !== undefined) throw new TesseraError("bad-input", "name a run");
        const { items } = await readRuns({ limit: 100 });
        process.stdout.write(
          options.json ? `${JSON.stringify(items)}\n` : items.map((run) => `${line(run)}\n`).join(""),
        );
        return;
      }
      if (options.concurrency !== undefined) {
        await setConcurrency(id, parseWith(runPatchSchema, { concurrency: options.concurrency }).concurrency);
      }
      const tell = options.json ? undefined : tellTile;
      const run = options.watch ? await followRun(id, undefined, tell) : await readRun(id);
      process.stdout.write(`${options.json ? JSON.stringify(run) : line(run)}\n`);
      if (options.watch) process.exitCode = exitCodeOfRun(run);
    });
  });
