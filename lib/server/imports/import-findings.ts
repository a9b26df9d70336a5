import type { PoolClient } from "pg";
import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { summarizeFindings } from "#db/queries/findings-export.ts";
import {
  bringIn,
  findImport,
  type ImportPlace,
  insertImport,
  noteImportedFile,
  prepareComparison,
} from "#db/queries/imports.ts";
import type { ImportOptions, ImportReport } from "#lib/core/api/imports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { CarriedFinding, FormatContext } from "#lib/core/formats/format.ts";
import { formatOf } from "#lib/core/formats/registry.ts";
import { sniffFormat } from "#lib/core/formats/sniff.ts";
import type { Source } from "#lib/core/formats/source.ts";
import { boundsOfGeometry } from "#lib/core/geometry/shape.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { requireImage } from "../images/read-image.ts";
import { readingContext } from "./reading-context.ts";
import { createTally, type Tally } from "./tally.ts";

/** Findings that go to the database at once. */
const BATCH = 2000;

/**
 * Brings the findings of a file in, all in one transaction and in bounded memory, or in a dry run says what would come in. Entries
 * that are no findings, or lie outside the picture, are reported and keep no other out. Audited. Throws `not-found` for the image or
 * import, `bad-input` where the file as a whole is not of the format or the format is not told by its content.
 */
export async function importFindings(
  imageId: string,
  source: Source,
  options: ImportOptions,
  actor: string,
): Promise<ImportReport> {
  const image = await requireImage(imageId);
  if (image.pages.length === 0) throw new TesseraError("not-ready", "the picture has not been read yet");
  const format = options.format ?? (await sniffFormat(source));
  const reader = formatOf(format);
  const tally = createTally(options.classes);
  const writes = !options.dryRun;
  const importId = options.import ?? uuidv7();
  // Outside the transaction: the figures are others' too, and their lock is let go of at once.
  const compares = options.duplicates === "skip" && (await prepareComparison(pool(), imageId, importId));
  await inTransaction(async (client) => {
    const { labels } = await summarizeFindings(client, { imageId });
    const context = readingContext(image, labels);
    const { overlap } = options;
    const place = { imageId, importId, writes, createdBy: actor, compares, overlap };
    if (writes) await beginImport(client, place, options.import !== undefined);
    await readInto(client, place, reader.read(context, source), context, tally);
    if (writes) await endImport(client, place, { name: options.name, format, tally });
  });
  if (writes) wake();
  return { import: writes ? importId : null, name: options.name, format, dryRun: options.dryRun, ...tally.report() };
}

async function beginImport(client: PoolClient, { imageId, importId, createdBy }: ImportPlace, isJoined: boolean) {
  if (!isJoined) return insertImport(client, { id: importId, imageId, createdBy });
  const earlier = await findImport(client, importId, true);
  if (earlier?.imageId !== imageId) throw new TesseraError("not-found", "the image has no such import");
  if (earlier.undoneAt !== null) throw new TesseraError("conflict", "that import has been undone");
}

async function readInto(
  client: PoolClient,
  place: ImportPlace,
  entries: ReturnType<ReturnType<typeof formatOf>["read"]>,
  { image }: FormatContext,
  tally: Tally,
): Promise<void> {
  let batch: CarriedFinding[] = [];
  const flush = async (): Promise<void> => {
    const incoming = batch.map((finding) => ({ ...finding, newId: uuidv7() }));
    const fresh = await bringIn(client, place, withoutTwins(incoming));
    for (const [position, finding] of batch.entries()) tally.judge(finding, fresh.has(position));
    batch = [];
  };
  let position = 0;
  for await (const entry of entries) {
    if ("failed" in entry) tally.fail(entry.failed);
    else {
      position++;
      const trouble = troubleWith(entry.finding, image.pages);
      const finding = trouble === null ? tally.take(settled(entry.finding)) : null;
      if (trouble !== null) tally.fail({ at: `finding ${position}`, reason: trouble });
      if (finding) batch.push(finding);
    }
    if (batch.length >= BATCH) await flush();
  }
  if (batch.length > 0) await flush();
}

/** A file may give one id to several findings: all but the first of a batch get new ones; of earlier batches the database knows. */
function withoutTwins<T extends { id?: string | undefined }>(incoming: readonly T[]): T[] {
  const seen = new Set<string>();
  return incoming.map((finding) => {
    if (finding.id === undefined) return finding;
    const id = finding.id.toLowerCase();
    if (seen.has(id)) return { ...finding, id: undefined };
    seen.add(id);
    return finding;
  });
}

/** Why a finding can't be one of this picture; null where it can. */
function troubleWith(
  { page, box }: CarriedFinding,
  pages: readonly { width: number; height: number }[],
): string | null {
  const size = pages[page];
  if (!size) return `the picture has no page ${page + 1}`;
  const [x, y, width, height] = box;
  if (![x, y, width, height].every(Number.isFinite)) return "its box is not finite";
  const isOutside = x > size.width || y > size.height || x + width < 0 || y + height < 0;
  return isOutside ? "it lies outside the picture" : null;
}

/** Pixels by which a file's box may differ from its shape's own and still be taken as it stands. */
const SLACK_PX = 0.01;

/** The box is that of the shape, where a file says otherwise. */
function settled(finding: CarriedFinding): CarriedFinding {
  if (!finding.geometry) return finding;
  const bounds = boundsOfGeometry(finding.geometry);
  const isClose = bounds.every((value, index) => Math.abs(value - (finding.box[index] ?? 0)) <= SLACK_PX);
  return isClose ? finding : { ...finding, box: bounds };
}

async function endImport(
  client: PoolClient,
  { imageId, importId, createdBy }: ImportPlace,
  { name, format, tally }: { name: string; format: string; tally: Tally },
): Promise<void> {
  const { found, added, duplicates, leftOut, failed } = tally.report();
  await noteImportedFile(client, importId, { name, format, added });
  const details = { import: importId, name, format, found, added, duplicates, leftOut, failed };
  await audit(client, { actor: createdBy, action: "import", subject: `image:${imageId}`, details });
  if (added === 0) return;
  const event = { kind: "findings" as const, added: [], removed: [], reset: true };
  await appendEvent(client, { imageId, runId: null, event });
}
