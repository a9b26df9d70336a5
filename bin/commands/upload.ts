import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { Command, Option } from "commander";
import { type Image, imageSchema } from "#lib/core/detection/image.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { type Remote, remoteServer } from "./remote.ts";
import { sendResumably } from "./send-resumably.ts";

type Options = { server: string; token?: string; collection?: string; json?: true };

/** A file that was refused: it has no image, and stands among the images with what is known of it. */
type Refused = { id: null; name: string; state: "failed"; error: string; moderation: null };

/** Sends one file; goes on with an earlier attempt at the same bytes where there was one. */
async function send(remote: Remote, file: string, collection: string | undefined): Promise<Image> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new TesseraError("bad-input", "there is no such file");
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(piece);
  const source = { path: resolve(file), name: basename(file), bytes: found.size, sha256: hash.digest("hex") };
  const imageId = await sendResumably(remote, { ...source, collection, lastModifiedMs: Math.round(found.mtimeMs) });
  return remote.get(imageSchema, `/api/v1/images/${imageId}`);
}

async function upload(files: string[], options: Options): Promise<void> {
  const remote = remoteServer(options.server, options.token ?? "");
  const results: (Image | Refused)[] = [];
  for (const file of files) {
    try {
      const image = await send(remote, file, options.collection);
      results.push(image);
      if (!options.json) process.stdout.write(`${image.id} ${image.state} ${image.name}\n`);
    } catch (error) {
      if (!(error instanceof TesseraError) || !error.isCallersFault || error.code === "unauthenticated") throw error;
      process.stderr.write(`tessera: ${file}: ${messageOf(error)}\n`);
      results.push({ id: null, name: basename(file), state: "failed", error: messageOf(error), moderation: null });
      process.exitCode = 2;
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
}

/** `tessera upload`: sends pictures to a server elsewhere, so that an interrupted transfer goes on where it stopped. */
export const uploadCommand = new Command("upload")
  .description("send pictures to a server elsewhere; an interrupted one goes on where it stopped when it is sent again")
  .argument("<file...>")
  .requiredOption("--server <url>", "address of the server, e.g. https://tessera.example.org")
  .addOption(
    new Option("--token <token>", "a token of the role operator, of that server")
      .env("TESSERA_TOKEN")
      .makeOptionMandatory(),
  )
  .option("--collection <name>", "collection to put them in; made where there is none")
  .option("--json", "print the images as a JSON array")
  .action(upload);
