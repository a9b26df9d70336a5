import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { findImport, type ImportRow, listImports, undoImport } from "#db/queries/imports.ts";
import type { Import, ImportUndo } from "#lib/core/api/imports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { requireImage } from "../images/read-image.ts";

/** The image's imports, newest first. Throws `not-found`. */
export async function readImports(imageId: string): Promise<Import[]> {
  await requireImage(imageId);
  return (await listImports(pool(), imageId)).map(present);
}

/**
 * Takes an import back as one action: what nobody has changed or talked about since goes. Audited. Throws `not-found`, and `conflict`
 * where that was done before.
 */
export async function takeBackImport(id: string, actor: string): Promise<ImportUndo> {
  const undone = await inTransaction(async (client) => {
    const row = await findImport(client, id, true);
    if (!row) throw new TesseraError("not-found", "there is no such import");
    if (row.undoneAt !== null) throw new TesseraError("conflict", "that import has been undone");
    const result = await undoImport(client, id);
    const details = { import: id, ...result };
    await audit(client, { actor, action: "undo-import", subject: `image:${row.imageId}`, details });
    const event = { kind: "findings" as const, added: [], removed: [], reset: true };
    await appendEvent(client, { imageId: row.imageId, runId: null, event });
    return result;
  });
  wake();
  return undone;
}

function present({ createdAt, undoneAt, ...row }: ImportRow): Import {
  return { ...row, createdAt: createdAt.toISOString(), undoneAt: undoneAt?.toISOString() ?? null };
}
