import { pool } from "#db/client.ts";
import { exportQuery } from "#lib/core/api/exports.ts";
import { openExport } from "#lib/server/exports/export-findings.ts";

/** Bytes of an export, milliseconds to its end and its first byte, and by how much the process grew at most. */
export type Measured = { bytes: number; ms: number; firstMs: number; growthBytes: number };

/** Exports an image in a format and tells the parent process what that took. */
const [imageId = "", format = ""] = process.argv.slice(2);
// What is loaded and allocated before the first finding is not the findings'.
const warm = await openExport({ imageId }, exportQuery.parse({ format }));
await warm.close();
globalThis.gc?.();
const before = process.memoryUsage().rss;
let peak = before;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
const start = performance.now();
let [bytes, firstMs] = [0, 0];
const { pieces } = await openExport({ imageId }, exportQuery.parse({ format }));
for await (const piece of pieces) {
  firstMs ||= performance.now() - start;
  bytes += piece.length;
}
const ms = performance.now() - start;
clearInterval(sampler);
peak = Math.max(peak, process.memoryUsage().rss);
process.send?.({ bytes, ms, firstMs, growthBytes: peak - before } satisfies Measured);
await pool().end();
