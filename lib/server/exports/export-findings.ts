import { pool } from "#db/client.ts";
import type { FindingRow } from "#db/queries/findings.ts";
import { openFindingSnapshot } from "#db/queries/findings-export.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { findRun } from "#db/queries/runs.ts";
import type { ExportQuery } from "#lib/core/api/exports.ts";
import type { Finding } from "#lib/core/detection/finding.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { formatOf } from "#lib/core/formats/registry.ts";
import { toLonLat } from "#lib/imaging/georeference.ts";
import { presentFinding } from "../findings/present-finding.ts";
import { requireImage } from "../images/read-image.ts";

/** What is exported: a run's findings, or all of an image's, with imported and drawn ones. */
export type ExportSource = { runId: string } | { imageId: string };

/** An export on its way out. Its reader reads `pieces` to the end, or calls `close()`. */
export type Export = {
  fileName: string;
  mediaType: string;
  pieces: AsyncIterable<string>;
  close(): Promise<void>;
};

/**
 * Opens an export of findings as they are at this moment, in an order that the same findings always have (page, label, y, x, id).
 * Rejected ones are left out unless `review` asks for them or for all. Streams in bounded memory. Throws `not-found`, and
 * `bad-input` for an unknown format.
 */
export async function openExport(source: ExportSource, query: ExportQuery): Promise<Export> {
  const format = formatOf(query.format);
  const { filter, declared } = await scopeOf(source);
  const image = await requireImage(filter.imageId);
  const chosen =
    query.review === undefined ? { notReview: "rejected" } : query.review === "all" ? {} : { review: query.review };
  const snapshot = await openFindingSnapshot({ ...filter, ...chosen });
  const pieces = format.write(
    {
      image: { name: image.name, pages: image.pages },
      classes: [...new Set([...declared, ...snapshot.labels])],
      space: query.space,
      toLonLat: image.scale && toLonLat(image.scale),
      fromLonLat: null,
    },
    present(snapshot.rows),
  );
  const fileName = `${image.name.replace(/\.[^.]*$/, "")}.${query.format}${format.extension}`;
  return { fileName, mediaType: format.mediaType, pieces, close: snapshot.close };
}

async function scopeOf(source: ExportSource): Promise<{ filter: FindingConditions; declared: readonly string[] }> {
  if ("imageId" in source) return { filter: { imageId: source.imageId }, declared: [] };
  const run = await findRun(pool(), source.runId);
  if (!run) throw new TesseraError("not-found", "there is no such run");
  return { filter: { imageId: run.imageId, run: run.id }, declared: run.configuration.classes };
}

async function* present(rows: AsyncIterable<FindingRow>): AsyncGenerator<Finding> {
  for await (const row of rows) yield presentFinding(row);
}
