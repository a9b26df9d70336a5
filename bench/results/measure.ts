import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pool } from "#db/client.ts";
import { exportQuery } from "#lib/core/api/exports.ts";
import { importQuery } from "#lib/core/api/imports.ts";
import { FORMAT_IDS, TRAINING_FORMAT } from "#lib/core/formats/registry.ts";
import { openExport } from "#lib/server/exports/open-export.ts";
import { fileSource } from "#lib/server/imports/file-source.ts";
import { importFindings } from "#lib/server/imports/import-findings.ts";
import { makeFindings } from "./findings.ts";
import { measure, type Way } from "./growth.ts";

/**
 * An export: bytes, milliseconds to its end and its first byte, by how much the process grew at most; then the same file back in, null where
 * the format is only written.
 */
export type Measured = { out: Way & { bytes: number; firstMs: number }; back: Way | null };

/** Exports an image to a file and imports that into another, and tells the parent process what it took. */
const [imageId = "", format = "", file = ""] = process.argv.slice(2);
const PIECES = 500;
const query = exportQuery.parse({ format });
// What is loaded before the first finding is not the findings': few are opened at first, and of a training set so many pieces read that
// the tiles which a server keeps decoded, whoever asks for them, are there.
const few = await openExport({ imageId }, { ...query, minScore: 0.99 });
if (format === TRAINING_FORMAT) {
  let read = 0;
  for await (const _ of few.pieces) if (++read === PIECES) break;
}
await few.close();
let [bytes, firstMs] = [0, 0];
const out = await measure(async () => {
  const start = performance.now();
  const { pieces } = await openExport({ imageId }, query);
  const counted = async function* () {
    for await (const piece of pieces) {
      firstMs ||= performance.now() - start;
      bytes += piece.length;
      yield piece;
    }
  };
  await pipeline(Readable.from(counted()), createWriteStream(file));
});

async function bringIn(): Promise<Way> {
  const elsewhere = await makeFindings(0);
  const way = await measure(async () => {
    const source = await fileSource(file);
    const { added, failed } = await importFindings(elsewhere, source, importQuery.parse({ format }), "bench");
    if (failed > 0) throw new Error(`${failed} of ${added} entries failed`);
  });
  await pool().query("DELETE FROM findings WHERE image_id = $1", [elsewhere]);
  return way;
}
const back = FORMAT_IDS.includes(format) ? await bringIn() : null;
process.send?.({ out: { ...out, bytes, firstMs }, back } satisfies Measured);
await pool().end();
