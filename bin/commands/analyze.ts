import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Command } from "commander";
import { type Run, type RunRequest, runRequestSchema } from "#lib/core/detection/run.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { findPreset } from "#lib/core/presets/resolve.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { addImage } from "#lib/server/images/add-image.ts";
import { requireCollectionNamed } from "#lib/server/images/collections.ts";
import { presetsInForce } from "#lib/server/presets/presets.ts";
import { createRun } from "#lib/server/runs/create-run.ts";
import { runCollection } from "#lib/server/runs/run-collection.ts";
import { exportToFile } from "./export.ts";
import { followImage } from "./follow-image.ts";
import { exitCodeOfRun, followRun, kindOfId } from "./follow-run.ts";
import { ensureWorkers } from "./headless.ts";
import { withInstallation } from "./installation.ts";
import { collect, number, parseWith, tilingOf, typedJson } from "./options.ts";
import { routingOf } from "./routing.ts";

type Options = {
  config?: string;
  preset?: string;
  tile?: number;
  grid?: string;
  overlap?: number;
  model?: string;
  escalationModel?: string;
  escalationShare?: number;
  synthesisModel?: string;
  moderationModel?: string;
  minScore?: number;
  concurrency?: number;
  classes: string[];
  prompt?: string;
  wholePicture: boolean;
  multiScale?: true;
  skipBackground: boolean;
  allowProvider: string[];
  format?: string;
  out?: string;
  json?: true;
  collection?: string;
};

/** A file becomes an image, and is waited for; an id is taken as it is. */
async function imageOf(source: string): Promise<string> {
  const isFile = (await stat(source).catch(() => null))?.isFile() === true;
  if (!isFile) {
    const isId = /^[0-9a-f-]{36}$/i.test(source);
    if (isId && (await kindOfId(source)) === "image") return source;
    throw new TesseraError("bad-input", `${source} is neither a file nor the id of an image`);
  }
  const { image } = await addImage({ source: createReadStream(source), name: basename(source) }, CLI.actor);
  await ensureWorkers();
  const ready = await followImage(image.id);
  if (ready.state !== "ready") {
    const code = ready.state === "blocked" ? "moderation-blocked" : "bad-input";
    const why = ready.moderation?.verdict === "block" ? ready.moderation.reason : ready.error;
    throw new TesseraError(code, `${ready.name} is ${ready.state}: ${why ?? "no reason was given"}`);
  }
  return image.id;
}

/** What `--config` holds: anything that the API's request for a run does. */
async function configuredBy(text: string | undefined): Promise<RunRequest> {
  if (text === undefined) return {};
  const read = await typedJson(text).catch((cause: unknown) => {
    const remedy = "give a JSON document as POST /api/v1/images/ID/runs takes it, or a file that holds one";
    throw new TesseraError("bad-input", `--config ${text} cannot be read: ${messageOf(cause)}`, { remedy, cause });
  });
  return parseWith(runRequestSchema, read);
}

/** What is asked for option by option counts more than what `--config` holds. */
async function requestOf(options: Options): Promise<RunRequest> {
  const configured = await configuredBy(options.config);
  const tiling = tilingOf(options);
  if (tiling === undefined && options.overlap !== undefined) {
    throw new TesseraError("bad-input", "--overlap goes with --tile or --grid");
  }
  return parseWith(runRequestSchema, {
    ...configured,
    ...(options.preset !== undefined && { preset: options.preset }),
    ...(tiling && { tiling }),
    ...(options.model !== undefined && { model: options.model }),
    ...(options.escalationModel !== undefined && { escalationModel: options.escalationModel }),
    ...(options.escalationShare !== undefined && {
      escalation: { ...configured.escalation, share: options.escalationShare },
    }),
    ...(options.synthesisModel !== undefined && { synthesisModel: options.synthesisModel }),
    ...(options.moderationModel !== undefined && { moderationModel: options.moderationModel }),
    ...(options.minScore !== undefined && { minScore: options.minScore }),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    ...(options.classes.length > 0 && { classes: options.classes }),
    ...(options.prompt !== undefined && { prompt: options.prompt }),
    ...(!options.wholePicture && { wholePicture: false }),
    ...(options.multiScale && { multiScale: true }),
    ...(!options.skipBackground && { skipBackground: false }),
    ...(options.allowProvider.length > 0 && { allowProviders: options.allowProvider }),
  });
}

/** Runs every image of a collection, and waits for all of them. */
async function analyzeCollection(name: string, request: RunRequest, { json }: Options): Promise<void> {
  const { id } = await requireCollectionNamed(name);
  const { started, refused } = await runCollection(id, request, CLI.actor);
  for (const image of refused) process.stderr.write(`tessera: ${image.name}: ${image.reason}\n`);
  const ended: Run[] = [];
  for (const { runId } of started) ended.push(await followRun(runId));
  process.exitCode = Math.max(refused.length > 0 ? 1 : 0, ...ended.map(exitCodeOfRun));
  const lines = ended.map((run) => `${run.id} ${run.state}: ${run.findings} findings in ${run.tiles.done} tiles\n`);
  process.stdout.write(json ? `${JSON.stringify({ runs: ended, refused })}\n` : lines.join(""));
}

async function analyze(source: string | undefined, options: Options): Promise<void> {
  const request = await requestOf(options);
  if ((source === undefined) === (options.collection === undefined)) {
    throw new TesseraError("bad-input", "name a file or the id of an image, or a collection by --collection");
  }
  if ((options.format === undefined) !== (options.out === undefined)) {
    throw new TesseraError("bad-input", "--format and -o go together");
  }
  if (options.collection !== undefined && options.out !== undefined) {
    throw new TesseraError("bad-input", "-o goes with one picture", {
      remedy: "export the collection when its runs have ended: tessera export --collection NAME",
    });
  }
  await withInstallation(async () => {
    if (request.preset !== undefined) findPreset(request.preset, await presetsInForce());
    if (source === undefined) {
      await analyzeCollection(options.collection ?? "", request, options);
      return;
    }
    const run = await createRun(await imageOf(source), request, CLI.actor, { thorough: true });
    const ended = await followRun(run.id);
    process.exitCode = exitCodeOfRun(ended);
    if (ended.reason) process.stderr.write(`tessera: the run is ${ended.state}: ${ended.reason}\n`);
    if (options.format && options.out) await exportToFile({ runId: run.id, format: options.format, out: options.out });
    process.stdout.write(
      options.json
        ? `${JSON.stringify(ended)}\n`
        : `${ended.id} ${ended.state}: ${ended.findings} findings in ${ended.tiles.done} tiles\n${routingOf(ended)}`,
    );
  });
}

/** `tessera analyze`: the whole job from a file to findings. */
export const analyzeCommand = new Command("analyze")
  .description("the whole job: ingest, analyse, wait, and with -o export")
  .argument("[file|image]", "a picture, or the id of an image")
  .option("--collection <name>", "instead: every image of a collection, under one configuration")
  .option(
    "--config <json|file>",
    "all that a request for a run may hold, as the API takes it; what is said beside it counts more",
  )
  .option("--preset <id>", "what to look for: general, ask, …")
  .option("--tile <pixels>", "side of a tile", number)
  .option("--grid <CxR>", "columns × rows instead of a size")
  .option("--overlap <fraction>", "of a tile's side", number)
  .option("--model <provider:model>", "model that looks at the tiles")
  .option("--escalation-model <provider:model>", "stronger model that looks again where the first is unsure")
  .option("--escalation-share <fraction>", "of the tiles and of the budget it may have (0.2)", number)
  .option("--synthesis-model <provider:model>", "model that writes the scene")
  .option("--moderation-model <provider:model>", "model that judges what the run covers before any tile")
  .option("--min-score <score>", "least score, 0 to 1", number)
  .option("--concurrency <n>", "tiles in flight at most", number)
  .option("--classes <label>", "label to look for; may be given several times", collect, [])
  .option("--prompt <text>", "what to look for, in words")
  .option("--no-whole-picture", "leave out the pass over the whole picture")
  .option("--multi-scale", "look at the parts of each tile, too: smaller things, at five times the work")
  .option("--no-skip-background", "look at tiles of nothing but even glass, paper or missing data too")
  .option("--allow-provider <provider>", "let the image's collection send pixels there", collect, [])
  .option("--format <format>", "format of the export")
  .option("-o, --out <file>", "where the export goes")
  .option("--json", "print the run as JSON")
  .action(analyze);
