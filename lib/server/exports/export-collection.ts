import { pool } from "#db/client.ts";
import { type CollectionImage, imagesOfCollection } from "#db/queries/collection-images.ts";
import { openFindingSnapshot, summarizeFindings } from "#db/queries/findings-export.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import type { CollectionExportPreview, CollectionExportQuery } from "#lib/core/api/exports.ts";
import { fileEnding } from "#lib/core/formats/file-name.ts";
import { type FindingCounts, lossesOf } from "#lib/core/formats/losses.ts";
import { writerOf } from "#lib/core/formats/registry.ts";
import { type SetMember, setWriterOf } from "#lib/core/formats/set.ts";
import { readCollection } from "../images/collections.ts";
import { requireImage } from "../images/read-image.ts";
import { aboutImage, chosenBy, type Export, present } from "./export-findings.ts";

type Member = {
  image: CollectionImage;
  name: string;
  filter: FindingConditions;
  counts: FindingCounts;
  labels: string[];
};

/**
 * Opens an export of a whole collection as one set, image after image in bounded memory; each image is as it is when its turn comes. With
 * `runs=latest` an image without a run that ended is in the set without findings. Throws `not-found`, `bad-input` for an unknown format.
 */
export async function openCollectionExport(collectionId: string, query: CollectionExportQuery): Promise<Export> {
  const set = setWriterOf(query.format);
  const { name } = await readCollection(collectionId);
  const members = await membersOf(collectionId, query);
  const classes = [...new Set(members.flatMap(({ labels }) => labels))].sort();
  const isPolygonal = members.some(({ counts }) => counts.polygons + counts.multiPolygons > 0);
  let written = 0;
  async function* opened(): AsyncGenerator<SetMember> {
    for (const { image, name: fileName, filter } of members) {
      const about = await aboutImage({ ...(await requireImage(image.id)), name: fileName }, filter);
      const snapshot = await openFindingSnapshot(filter);
      try {
        const context = { ...about, classes, space: query.space, polygons: isPolygonal };
        yield { context, findings: present(snapshot.rows, () => written++) };
      } finally {
        await snapshot.close();
      }
    }
  }
  const counts = sumOf(members.map((member) => member.counts));
  return {
    fileName: name + fileEnding(query.format, set.extension),
    mediaType: set.mediaType,
    count: counts.all,
    losses: lossesOf(writerOf(query.format), counts),
    pieces: set.write(classes, opened()),
    written: () => written,
    close: async () => undefined,
  };
}

/** What a set would hold and what its format can't carry. Throws as `openCollectionExport` does. */
export async function previewCollectionExport(
  collectionId: string,
  query: CollectionExportQuery,
): Promise<CollectionExportPreview> {
  setWriterOf(query.format);
  await readCollection(collectionId);
  const members = await membersOf(collectionId, query);
  const counts = sumOf(members.map((member) => member.counts));
  const withoutRun = query.runs === "all" ? 0 : members.filter(({ image }) => image.runId === null).length;
  return {
    ...{ count: counts.all, images: members.length, withoutRun },
    losses: lossesOf(writerOf(query.format), counts),
  };
}

async function membersOf(collectionId: string, query: CollectionExportQuery): Promise<Member[]> {
  const members: Member[] = [];
  const names = new Set<string>();
  for (const image of await imagesOfCollection(pool(), collectionId)) {
    const filter: FindingConditions = { imageId: image.id, ...chosenBy(query) };
    // No run has no id: of an image without one nothing is taken.
    const filters =
      query.runs === "all" ? filter : { ...filter, ...(image.runId ? { run: image.runId } : { ids: [] }) };
    members.push({
      ...{ image, filter: filters, name: uniqueName(image.name, names) },
      ...(await summarizeFindings(pool(), filters)),
    });
  }
  return members;
}

/** Names of files in a set differ: a second `a.tif` is `a-2.tif`. */
function uniqueName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let unique = stem;
  for (let count = 2; taken.has(unique); count++) unique = `${stem}-${count}`;
  taken.add(unique);
  return unique + extension;
}

function sumOf(all: readonly FindingCounts[]): FindingCounts {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [key, count] of Object.entries(counts)) sum[key] = (sum[key] ?? 0) + count;
  const first = all[0];
  return { ...(first ?? EMPTY), ...sum };
}

const EMPTY: FindingCounts = {
  ...{ all: 0, points: 0, lines: 0, polygons: 0, holes: 0, multiPolygons: 0, scores: 0, unscored: 0 },
  ...{ decisions: 0, texts: 0, measurements: 0, disagreements: 0, ids: 0, wordless: 0 },
};
