import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Command } from "commander";
import type { Image } from "#lib/core/detection/image.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { addImage } from "#lib/server/images/add-image.ts";
import { addImported } from "#lib/server/images/add-imported.ts";
import { importPathOf } from "#lib/server/images/import-folder.ts";
import { samplePixels } from "#lib/server/images/sample-pixels.ts";
import { followImage } from "./follow-image.ts";
import { ensureWorkers } from "./headless.ts";
import { withInstallation } from "./installation.ts";

type Options = { collection?: string; json?: true };

/** A file that was refused: it has no image, and stands among the images with what is known of it. */
type Refused = { id: null; name: string; state: "failed"; error: string; moderation: null };

/** Stores a file as an image, or says why it is refused, on stderr too. */
async function store(file: string, collection: string | undefined): Promise<Image | Refused> {
  const name = basename(file);
  try {
    if (!(await stat(file).catch(() => null))?.isFile()) throw new TesseraError("bad-input", "there is no such file");
    const inPlace = await importPathOf(file);
    if (inPlace !== null) return (await addImported(inPlace, { collection }, CLI.actor)).image;
    return (await addImage({ source: createReadStream(file), name, collection }, CLI.actor)).image;
  } catch (error) {
    if (!(error instanceof TesseraError) || !error.isCallersFault) throw error;
    process.stderr.write(`tessera: ${file}: ${messageOf(error)}\n`);
    return { id: null, name, state: "failed", error: messageOf(error), moderation: null };
  }
}

async function ingest(files: string[], options: Options): Promise<void> {
  await withInstallation(async () => {
    const stored: (Image | Refused)[] = [];
    for (const file of files) stored.push(await store(file, options.collection));
    if (stored.some((image) => image.state === "ingesting")) await ensureWorkers();
    const images = await Promise.all(stored.map((image) => (image.id === null ? image : followImage(image.id))));
    for (const image of images) {
      if (image.id === null) process.exitCode = 2;
      else if (image.state !== "ready") process.exitCode ??= 1;
      if (!options.json && image.id !== null) {
        process.stdout.write(`${image.id} ${image.state} ${image.name}${reason(image)}\n`);
      }
    }
    if (!options.json) return;
    const told = await Promise.all(
      images.map(async (image) => (image.id === null ? image : { ...image, samples: await samplePixels(image) })),
    );
    process.stdout.write(`${JSON.stringify(told)}\n`);
  });
}

function reason(image: Image): string {
  const why = image.error ?? (image.state === "blocked" ? image.moderation?.reason : null);
  return why ? `: ${why}` : "";
}

/** `tessera ingest`: adds pictures, and waits until each is ready, blocked or failed. */
export const ingestCommand = new Command("ingest")
  .description("add pictures; what lies in the import folder is read there and not copied")
  .argument("<file...>")
  .option("--collection <name>", "collection to put them in; made where there is none")
  .option("--json", "print the images as a JSON array, each with sampled pixels: [x, y, red, green, blue]")
  .action(ingest);
