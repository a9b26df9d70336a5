import type { ImageRow } from "#db/queries/images.ts";
import type { Image } from "#lib/core/detection/image.ts";

/** The image as the API shows it: sizes are those of its first page. */
export function presentImage(row: ImageRow): Image {
  const first = row.pages[0];
  return {
    id: row.id,
    name: row.name,
    sha256: row.sha256,
    format: row.format,
    bytes: row.bytes,
    importPath: row.importedFrom?.path ?? null,
    pages: row.pages.length,
    pageSizes: row.pages.map(({ tileFormat = null, ...size }) => ({ ...size, tileFormat })),
    width: first?.width ?? null,
    height: first?.height ?? null,
    levels: first?.levels ? first.levels : null,
    collectionId: row.collectionId,
    scale: row.scale,
    magnification: row.magnification,
    dropped: row.dropped,
    state: row.state,
    progress: row.progress,
    error: row.error,
    moderation: row.moderation,
    tags: row.tags,
    createdAt: row.createdAt.toISOString(),
  };
}
