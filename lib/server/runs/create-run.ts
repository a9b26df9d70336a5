import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { findRunImage, insertRun, type RunImage } from "#db/queries/runs.ts";
import { collectionDefaultsSchema } from "#lib/core/api/collections.ts";
import type { Run, RunConfiguration, RunRequest } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { resolveConfiguration } from "#lib/core/presets/resolve.ts";
import { providerOf } from "#lib/models/registry.ts";
import type { TileModel } from "#lib/models/types.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { asUnusable, requireUsable, type WantedModel } from "../check-model.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { priceOf } from "../limits/model-limits.ts";
import { tileModelOf } from "../models.ts";
import { presetsInForce } from "../presets/presets.ts";
import { examplesFor, tilingFor } from "./examples.ts";
import { logRun } from "./log-run.ts";
import { readRun } from "./read-run.ts";

/** Tiles in flight of a hosted model where nobody asked for a number. */
const DEFAULT_CONCURRENCY = 8;

/**
 * Starts a run: resolves the request to a frozen configuration, checks that the image may be analysed by these models, and queues
 * it for the engine. `thorough`: hosted models that never answered here are called once first. Throws `moderation-blocked`, `not-ready`,
 * `provider-not-allowed`, `model-unusable`, and what a bad preset throws.
 */
export async function createRun(
  imageId: string,
  request: RunRequest,
  actor: string,
  { thorough = false }: { thorough?: boolean } = {},
): Promise<Run> {
  const image = await findRunImage(pool(), imageId);
  if (!image) throw new TesseraError("not-found", "there is no such image");
  assertReady(image);
  const presets = await presetsInForce();
  const resolved = resolveConfiguration(withDefaults(request, image), { pages: image.pages.length, presets });
  const model = openTileModel(resolved.model);
  if (resolved.multiScale) requireScales(model);
  if (resolved.escalationModel !== undefined) requireStronger(openTileModel(resolved.escalationModel));
  const configuration = model.learn ? await withExamples(imageId, resolved, request) : resolved;
  await requirePrice(configuration);
  const widened = widenedProviders(image, configuration, request.allowProviders ?? []);
  for (const wanted of wantedModels(configuration)) await requireUsable(wanted, thorough);
  const isEmbedded = tileModelsOf(configuration).every((id) => providerOf(id) === "local");
  const concurrency = request.concurrency ?? (isEmbedded ? model.usefulConcurrency : DEFAULT_CONCURRENCY);

  const id = uuidv7();
  await inTransaction(async (client) => {
    if (widened.length > 0) {
      await client.query("UPDATE collections SET providers = providers || $2::text[] WHERE id = $1", [
        image.collectionId,
        widened,
      ]);
      const details = { providers: widened };
      await audit(client, { actor, action: "allow-provider", subject: `collection:${image.collectionId}`, details });
    }
    await insertRun(client, {
      id,
      imageId,
      configuration,
      concurrency,
      createdBy: actor,
      allowedProviders: widened,
    });
    const { preset, model } = configuration;
    await audit(client, { actor, action: "start-run", subject: `run:${id}`, details: { imageId, preset, model } });
    const event = { kind: "run", state: "queued", reason: null, tilesTotal: null } as const;
    await appendEvent(client, { imageId, runId: id, event });
  });
  wake();
  logRun(id, "queued");
  return readRun(id);
}

/** The configuration with what people marked on the image frozen into it, and with tiles that suit its size where none were asked for. */
async function withExamples(
  imageId: string,
  configuration: RunConfiguration,
  { tiling }: RunRequest,
): Promise<RunConfiguration> {
  const examples = await examplesFor(imageId, configuration.classes);
  return {
    ...configuration,
    examples,
    classes: [examples.label],
    tiling: tiling ?? tilingFor(examples, configuration.tiling),
    // What was learnt is of objects at their own size: a picture made smaller shows them at none that is known.
    wholePicture: false,
  };
}

/** What the image's collection asks for where the request names nothing. A preset that was named brings a model of its own. */
function withDefaults(request: RunRequest, { defaults }: RunImage): RunRequest {
  if (request.preset !== undefined) return request;
  const { preset, model } = collectionDefaultsSchema.parse(defaults);
  return { ...(preset !== undefined && { preset }), ...(model !== undefined && { model }), ...request };
}

function openTileModel(id: string): TileModel {
  try {
    return tileModelOf(id);
  } catch (error) {
    throw asUnusable(error);
  }
}

function wantedModels(configuration: RunConfiguration): WantedModel[] {
  const { synthesisModel, moderationModel } = configuration;
  return [
    ...tileModelsOf(configuration).map((id): WantedModel => ({ id, role: "tile" })),
    { id: synthesisModel, role: "synthesis" },
    ...(moderationModel === null ? [] : [{ id: moderationModel, role: "moderation" } as const]),
  ];
}

function tileModelsOf({ model, escalationModel }: RunConfiguration): string[] {
  return escalationModel === undefined ? [model] : [model, escalationModel];
}

function requireScales({ id, looksAtParts }: TileModel): void {
  if (looksAtParts) return;
  const remedy = "leave multiScale out, or take smaller tiles";
  throw new TesseraError("bad-input", `${id} looks at a tile at one scale`, { remedy });
}

/** A model that learns from the page or from examples first knows nothing of a tile alone. */
function requireStronger({ id, learn, study }: TileModel): void {
  if (!learn && !study) return;
  throw new TesseraError(
    "bad-input",
    `${id} learns from the whole picture first, and cannot look at single tiles again`,
    {
      remedy: "name another escalationModel, or use it as the model of the run",
    },
  );
}

/** A budget of money needs prices to be kept. */
async function requirePrice(configuration: RunConfiguration): Promise<void> {
  if (configuration.budget?.cost === undefined) return;
  for (const model of tileModelsOf(configuration)) await requirePriceOf(model);
}

async function requirePriceOf(model: string): Promise<void> {
  if ((await priceOf(model)) !== null) return;
  throw new TesseraError("bad-input", `no price is known for ${model}, so a budget of money cannot be kept`, {
    remedy: `state its prices (PUT /api/v1/limits/${model}), or give a budget of calls or tokens`,
  });
}

function assertReady(image: RunImage): void {
  if (image.state === "ready") return;
  if (image.state === "blocked") {
    throw new TesseraError("moderation-blocked", `${image.name} is blocked by moderation`, {
      remedy: "its owner may release it with a reason",
    });
  }
  throw new TesseraError("not-ready", `${image.name} is ${image.state} and cannot be analysed yet`, {
    remedy: image.state === "failed" ? "upload it again" : "wait until it is ready",
  });
}

/** Providers that the run needs and the collection does not allow, where the caller names them; else throws. */
function widenedProviders(image: RunImage, configuration: RunConfiguration, allowed: readonly string[]): string[] {
  const models = [
    ...tileModelsOf(configuration),
    configuration.synthesisModel,
    configuration.moderationModel ?? configuration.model,
  ];
  const needed = [...new Set(models.map(providerOf))].filter((provider) => !image.providers.includes(provider));
  const refused = needed.find((provider) => !allowed.includes(provider));
  if (refused !== undefined) {
    throw new TesseraError(
      "provider-not-allowed",
      `the collection of ${image.name} does not allow the provider ${refused}`,
      {
        remedy: `name it in allowProviders (command line: --allow-provider ${refused}); pixels will be sent there`,
      },
    );
  }
  return needed;
}
