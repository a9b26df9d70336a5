import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pool } from "#db/client.ts";
import { acquireEmbeddedServer } from "#db/embedded/server.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { EXPORT_FORMAT_IDS, FORMAT_IDS, TRAINING_FORMAT } from "#lib/core/formats/registry.ts";
import { makeFindings, makePicture, makeWords } from "./results/findings.ts";
import type { Measured } from "./results/measure.ts";
import type { ReportMeasured } from "./results/report.ts";

/**
 * How fast findings leave and come in, format by format, and how much memory that takes: `npm run bench -- results [--sizes 10000,…]
 * [--formats coco,…]`. Each is measured in a process of its own, over the product's own export and import with
 * Postgres below, at last the report of a run with two hundred crops. What comes in goes to an image of its own, which is empty before.
 * Formats of text are of a document's words, and a training set is cut from a picture.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    sizes: { type: "string", default: "10000,100000,1000000" },
    formats: { type: "string", default: [...EXPORT_FORMAT_IDS, TRAINING_FORMAT].join(",") },
  },
});
const BUDGET_MB = 150;
const CROPS = 200;

/** What makes the image that a format is measured with. */
function madeFor(format: string): typeof makeFindings {
  if (format === TRAINING_FORMAT) return makePicture;
  return FORMAT_IDS.includes(format) ? makeFindings : makeWords;
}

function inProcess<T>(script: string, args: readonly string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    // Memory as the product's own processes have it: `bin/tessera` bounds the young generation alike.
    const execArgv = ["--max-semi-space-size=4", "--expose-gc"];
    const child: ChildProcess = fork(join(import.meta.dirname, "results", script), args, { execArgv });
    let result: T | null = null;
    child.on("message", (message: T) => {
      result = message;
    });
    child.on("close", (code) => (result ? resolve(result) : reject(new Error(`${args.join(" ")} ended with ${code}`))));
  });
}

const folder = await mkdtemp(join(tmpdir(), "tessera-bench-"));
const server = await acquireEmbeddedServer(folder);
process.env["DATABASE_URL"] = server.url;
process.env["TESSERA_DATA_DIR"] = folder;
try {
  await migrateDatabase(server.url);
  process.stdout.write(
    "findings  format        out/s       MB      first byte ms  memory +MB  in/s        memory +MB\n",
  );
  for (const size of values.sizes.split(",").map(Number)) {
    const images = new Map<typeof makeFindings, string>();
    for (const format of values.formats.split(",")) {
      const make = madeFor(format);
      const imageId = images.get(make) ?? (await make(size));
      images.set(make, imageId);
      const file = join(folder, "findings");
      const { out, back } = await inProcess<Measured>("measure.ts", [imageId, format, file]);
      const rate = (ms: number): string => ((size / ms) * 1000).toFixed(0).padEnd(10);
      const cells = [
        String(size).padEnd(8),
        format.padEnd(12),
        rate(out.ms),
        (out.bytes / 1e6).toFixed(1).padEnd(6),
        out.firstMs.toFixed(0).padEnd(13),
        (out.growthBytes / 1e6).toFixed(0).padEnd(10),
        ...(back ? [rate(back.ms), (back.growthBytes / 1e6).toFixed(0)] : []),
      ];
      process.stdout.write(`${cells.join("  ")}\n`);
      if (Math.max(out.growthBytes, back?.growthBytes ?? 0) > BUDGET_MB * 1e6) process.exitCode = 1;
    }
  }
  const report = await inProcess<ReportMeasured>("report.ts", [String(CROPS)]);
  process.stdout.write(
    `PDF of ${CROPS} crops: ${(report.ms / 1000).toFixed(1)} s, ${(report.bytes / 1e6).toFixed(1)} MB, memory +${(report.growthBytes / 1e6).toFixed(0)} MB\n`,
  );
  if (process.exitCode === 1) process.stderr.write(`memory grew by more than ${BUDGET_MB} MB\n`);
} finally {
  await pool().end();
  await server.release();
  await rm(folder, { recursive: true, force: true });
}
