import { Command } from "commander";
import type { Run } from "#lib/core/detection/run.ts";
import { readRun, readRuns } from "#lib/server/runs/read-run.ts";
import { runId } from "./control.ts";
import { exitCodeOfRun, followRun } from "./follow-run.ts";
import { withInstallation } from "./installation.ts";

function line(run: Run): string {
  const { done, failed, pending, running, skipped } = run.tiles;
  const total = done + failed + pending + running + skipped;
  return `${run.id}  ${run.state.padEnd(12)}  ${done}/${total} tiles  ${run.findings} findings  ${run.configuration.model}`;
}

/** `tessera runs`: lists runs, shows one, or follows it. */
export const runsCommand = new Command("runs")
  .description("list runs, or follow one tile by tile")
  .argument("[run]", "id of a run", runId)
  .option("--watch", "follow until it ends")
  .option("--json", "print JSON")
  .action(async (id: string | undefined, options: { watch?: true; json?: true }) => {
    await withInstallation(async () => {
      if (id === undefined) {
        const { items } = await readRuns({ limit: 100 });
        process.stdout.write(
          options.json ? `${JSON.stringify(items)}\n` : items.map((run) => `${line(run)}\n`).join(""),
        );
        return;
      }
      const run = options.watch ? await followRun(id) : await readRun(id);
      process.stdout.write(`${options.json ? JSON.stringify(run) : line(run)}\n`);
      if (options.watch) process.exitCode = exitCodeOfRun(run);
    });
  });
