import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Command } from "commander";
import type { Image } from "#lib/core/detection/image.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { addImage } from "#lib/server/images/add-image.ts";
import { followImage } from "./follow-image.ts";
import { ensureWorkers } from "./headless.ts";
import { withInstallation } from "./installation.ts";

type Options = { collection?: string; json?: true };

/** Stores a file as an image; null, with a line on stderr, where it is refused. */
async function store(file: string, collection: string | undefined): Promise<Image | null> {
  try {
    if (!(await stat(file).catch(() => null))?.isFile()) throw new TesseraError("bad-input", "there is no such file");
    const incoming = { source: createReadStream(file), name: basename(file), collection };
    return (await addImage(incoming, CLI.actor)).image;
  } catch (error) {
    if (!(error instanceof TesseraError) || !error.isCallersFault) throw error;
    process.stderr.write(`tessera: ${file}: ${messageOf(error)}\n`);
    return null;
  }
}

async function ingest(files: string[], options: Options): Promise<void> {
  await withInstallation(async () => {
    const stored: Image[] = [];
    for (const file of files) {
      const image = await store(file, options.collection);
      if (image) stored.push(image);
      else process.exitCode = 2;
    }
    const waiting = stored.some((image) => image.state === "ingesting");
    if (waiting) {
      await ensureWorkers();
    }
    const images = waiting ? await Promise.all(stored.map((image) => followImage(image.id))) : stored;
    for (const image of images) {
      if (image.state !== "ready") process.exitCode ??= 1;
      if (!options.json) process.stdout.write(`${image.id} ${image.state} ${image.name}${reason(image)}\n`);
    }
    if (options.json) process.stdout.write(`${JSON.stringify(images)}\n`);
  });
}

function reason(image: Image): string {
  const why = image.error ?? (image.state === "blocked" ? image.moderation?.reason : null);
  return why ? `: ${why}` : "";
}

/** `tessera ingest`: adds pictures, and waits until each is ready, blocked or failed. */
export const ingestCommand = new Command("ingest")
  .description("add pictures")
  .argument("<file...>")
  .option("--collection <name>", "collection to put them in; made where there is none")
  .option("--json", "print the images as a JSON array")
  .action(ingest);
