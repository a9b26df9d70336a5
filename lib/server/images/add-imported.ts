import { createHash } from "node:crypto";
import type { Image } from "#lib/core/detection/image.ts";
import { addOriginal } from "./add-image.ts";
import { openImportFile } from "./import-folder.ts";

/**
 * Adds a file of the import folder as an image, in place: it is read where it lies, and nothing is copied or written there. Throws
 * what `openImportFile` and `addOriginal` throw.
 */
export async function addImported(
  path: string,
  options: { name?: string | undefined; collection?: string | undefined },
  actor: string,
): Promise<{ image: Image; added: boolean }> {
  const file = await openImportFile(path);
  try {
    const hash = createHash("sha256");
    for await (const piece of file.read()) hash.update(piece);
    return await addOriginal(
      {
        sha256: hash.digest("hex"),
        bytes: file.bytes,
        name: options.name ?? file.name,
        collection: options.collection,
        importedFrom: { path: file.relativePath, modifiedMs: file.modifiedMs },
        path: file.path,
      },
      actor,
    );
  } finally {
    await file.close();
  }
}
