import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pool } from "#db/client.ts";
import { exportQuery } from "#lib/core/api/exports.ts";
import { resolveConfiguration } from "#lib/core/presets/resolve.ts";
import { openExport } from "#lib/server/exports/open-export.ts";
import { addImage } from "#lib/server/images/add-image.ts";
import { prepareImage } from "#lib/server/ingest/prepare-image.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { measure, type Way } from "./growth.ts";

/** The report of a run on a slide, and how large it is. */
export type ReportMeasured = Way & { bytes: number };

const FINDINGS = 10_000;
const SLIDE = join(import.meta.dirname, "..", "..", "samples", "CMU-1-Small-Region.svs");

/** Writes the report of a run with so many crops, and tells the parent process what it took. */
const [crops = "200"] = process.argv.slice(2);
const { image } = await addImage({ source: createReadStream(SLIDE), name: "slide.svs" }, "bench");
const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, JSON.stringify(moderation)]);
await prepareImage({ version: 1, imageId: image.id });
const runId = uuidv7();
const configuration = resolveConfiguration({ preset: "nuclei" }, { pages: 1 });
await pool().query(
  `INSERT INTO runs (id, image_id, state, configuration, concurrency, tiles_total, created_by, started_at, finished_at)
    VALUES ($1, $2, 'completed', $3, 4, 0, 'bench', now(), now())`,
  [runId, image.id, JSON.stringify(configuration)],
);
await pool().query(
  `INSERT INTO findings (id, image_id, run_id, page, x, y, width, height, label, score, source)
    SELECT gen_random_uuid(), $1, $2, 0, n * 7919 % 2180, n * 104729 % 2930, 24, 24, 'nucleus', (n % 997) / 997.0, 'model'
      FROM generate_series(1, $3::int) n`,
  [image.id, runId, FINDINGS],
);
const query = exportQuery.parse({ format: "pdf", crops: "top", cropCount: crops });
let bytes = 0;
const way = await measure(async () => {
  for await (const piece of (await openExport({ runId }, query)).pieces) bytes += piece.length;
});
process.send?.({ ...way, bytes } satisfies ReportMeasured);
await pool().end();
