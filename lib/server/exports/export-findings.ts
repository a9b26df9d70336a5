import { pool } from "#db/client.ts";
import { readClassColours } from "#db/queries/class-colours.ts";
import type { FindingRow } from "#db/queries/findings.ts";
import { openFindingSnapshot, summarizeFindings } from "#db/queries/findings-export.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import type { ImageRow } from "#db/queries/images.ts";
import { findRun, type RunRow } from "#db/queries/runs.ts";
import type { ExportPreview, ExportQuery } from "#lib/core/api/exports.ts";
import type { Finding } from "#lib/core/detection/finding.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { fileEnding } from "#lib/core/formats/file-name.ts";
import type { CarriedFinding, FormatContext } from "#lib/core/formats/format.ts";
import { lossesOf } from "#lib/core/formats/losses.ts";
import { ownCrs } from "#lib/core/formats/own-crs.ts";
import { writerOf } from "#lib/core/formats/registry.ts";
import { toLonLat } from "#lib/imaging/georeference.ts";
import { presentFinding } from "../findings/present-finding.ts";
import { requireImage } from "../images/read-image.ts";
import { gatherEvidence } from "./gather-evidence.ts";

/** What is exported: a run's findings, or all of an image's, with imported and drawn ones; of these the query may choose runs. */
export type ExportSource = { runId: string } | { imageId: string };

/** An export on its way out. Its reader reads `pieces` to the end, or calls `close()`. */
export type Export = {
  fileName: string;
  mediaType: string;
  /** Findings in it. */
  count: number;
  /** What the format can't carry of them, a sentence each. */
  losses: string[];
  pieces: AsyncIterable<string | Uint8Array>;
  /** Findings that are in the pieces read so far, or about to be. */
  written(): number;
  close(): Promise<void>;
};

/**
 * Opens an export of findings as they are at this moment, in an order that the same findings always have (page, label, y, x, id).
 * Rejected ones are left out unless `review` asks for them or for all. Streams in bounded memory. Throws `not-found`, and
 * `bad-input` for an unknown format.
 */
export async function openFindings(source: ExportSource, query: ExportQuery): Promise<Export> {
  writerOf(query.format);
  const { filter, declared } = await scopeOf(source, query);
  return openExportOf(filter, declared, query);
}

/**
 * Opens an export of just these findings; formats that number classes begin with the declared ones. `part` says in the file's name what
 * of the image it holds. Throws as `openFindings` does.
 */
export async function openExportOf(
  filter: FindingConditions,
  declared: readonly string[],
  query: Pick<ExportQuery, "format" | "space" | "evidence">,
  part?: string,
): Promise<Export> {
  const format = writerOf(query.format);
  const image = await requireImage(filter.imageId);
  if (query.space === "source") requireOwnCrs(query.format, image);
  const about = await aboutImage(image, filter);
  const snapshot = await openFindingSnapshot(filter);
  const evidence = query.evidence ? gatherEvidence(snapshot.client, image.pages) : undefined;
  let written = 0;
  const findings = present(snapshot.rows, () => written++);
  const pieces = format.write(
    {
      ...about,
      classes: [...new Set([...declared, ...snapshot.labels])],
      space: query.space,
      polygons: snapshot.counts.polygons + snapshot.counts.multiPolygons > 0,
      ...(evidence && { evidence }),
    },
    evidence ? withEvidence(findings, evidence) : findings,
  );
  const stem = image.name.replace(/\.[^.]*$/, "");
  const fileName = `${stem}${part === undefined ? "" : `.${part}`}${fileEnding(query.format, format.extension)}`;
  const { close, counts } = snapshot;
  const losses = lossesOf(format, counts);
  return {
    ...{ fileName, mediaType: format.mediaType, count: counts.all, losses, close },
    pieces: closedAfter(pieces, close),
    written: () => written,
  };
}

/** What formats that are written are to know of an image itself, and of the runs whose findings a filter takes. */
export async function aboutImage(
  { id, name, pages, scale }: Pick<ImageRow, "id" | "name" | "pages" | "scale">,
  filter: FindingConditions,
): Promise<Omit<FormatContext, "classes" | "space" | "polygons">> {
  return {
    image: { id, name, pages },
    colours: await readClassColours(pool(), filter),
    toLonLat: scale && toLonLat(scale),
    fromLonLat: null,
    own: ownCrs(scale),
  };
}

/** The findings, each with what it rests on. */
async function* withEvidence(
  findings: AsyncIterable<Finding>,
  evidence: ReturnType<typeof gatherEvidence>,
): AsyncGenerator<CarriedFinding> {
  for await (const finding of findings) yield { ...finding, evidence: evidence.link(finding) };
}

/** The same, and closed when all was read or the reader left. */
async function* closedAfter<T>(pieces: AsyncIterable<T>, close: () => Promise<void>): AsyncGenerator<T> {
  try {
    yield* pieces;
  } finally {
    await close();
  }
}

/** Throws `bad-input` where the image's own coordinate system can't be written in the format. */
function requireOwnCrs(format: string, { name, scale }: ImageRow): void {
  if (ownCrs(scale) === null) {
    throw new TesseraError("bad-input", `${name} has no coordinate system of its own that has an EPSG number`, {
      remedy: "leave `space` out, or take `pixel`",
    });
  }
  if (writerOf(format).anyCrs) return;
  const remedy = "take `flatgeobuf`, or leave `space` out";
  throw new TesseraError("bad-input", `${format} can't say in which coordinate system it is`, { remedy });
}

/** How many findings an export would hold, and what its format can't carry of them. Throws as `openFindings` does. */
export async function previewFindings(source: ExportSource, query: ExportQuery): Promise<ExportPreview> {
  const format = writerOf(query.format);
  const { filter } = await scopeOf(source, query);
  const image = await requireImage(filter.imageId);
  if (query.space === "source") requireOwnCrs(query.format, image);
  const { counts } = await summarizeFindings(pool(), filter);
  return { count: counts.all, losses: lossesOf(format, counts) };
}

/** How many findings of a source pass the query. Throws `not-found`. */
export async function countFindings(source: ExportSource, query: ExportQuery): Promise<number> {
  const { filter } = await scopeOf(source, query);
  return (await summarizeFindings(pool(), filter)).counts.all;
}

type Scope = { filter: FindingConditions; declared: readonly string[] };

type Chosen = "label" | "minScore" | "page" | "labelScores" | "source" | "minSide" | "maxSide";

/** What of the findings a query asks for. */
export function chosenBy({
  review,
  label,
  minScore,
  page,
  labelScores,
  source,
  minSide,
  maxSide,
}: Partial<Pick<ExportQuery, "review" | Chosen>>): Omit<FindingConditions, "imageId"> {
  const reviewed = review === undefined ? { notReview: "rejected" } : review === "all" ? {} : { review };
  return { ...reviewed, label, minScore, page, labelScores, source, minSide, maxSide };
}

/**
 * Which findings an export is of, and the classes that its runs were asked for. Throws `not-found`, and `bad-input` for runs that the image
 * has not.
 */
export async function scopeOf(source: ExportSource, query: ExportQuery): Promise<Scope> {
  const chosen = chosenBy(query);
  if ("runId" in source) {
    const run = await findRun(pool(), source.runId);
    if (!run) throw new TesseraError("not-found", "there is no such run");
    return { filter: { imageId: run.imageId, run: run.id, ...chosen }, declared: run.configuration.classes };
  }
  const { imageId } = source;
  if (!query.run) return { filter: { imageId, ...chosen }, declared: [] };
  const runs = await requireRuns(imageId, query.run);
  const declared = new Set(runs.flatMap(({ configuration }) => configuration.classes));
  return { filter: { imageId, run: query.run, ...chosen }, declared: [...declared] };
}

/** These runs of the image, in the order they are named. Throws `bad-input` where it has not all of them. */
export async function requireRuns(imageId: string, ids: readonly string[]): Promise<RunRow[]> {
  const found = await Promise.all(ids.map((id) => findRun(pool(), id)));
  return found.map((run) => {
    if (run?.imageId !== imageId) throw new TesseraError("bad-input", "the image has no such run");
    return run;
  });
}

/** Findings as they are shown, counted as they go. */
export async function* present(rows: AsyncIterable<FindingRow>, onEach: () => void): AsyncGenerator<Finding> {
  for await (const row of rows) {
    onEach();
    yield presentFinding(row);
  }
}
