import type { z } from "zod";
import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { listPresets, lockPresets, type PresetRow, removeStoredPreset, writePreset } from "#db/queries/presets.ts";
import type { newPresetSchema, PresetView, presetPatchSchema } from "#lib/core/api/presets.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { PRESETS, type Preset, presetBodySchema } from "#lib/core/presets/preset.ts";

type Client = Parameters<typeof listPresets>[0];
type Stored = Preset & { row: PresetRow | null };

const isBuiltIn = (id: string): boolean => PRESETS.some((preset) => preset.id === id);

/** The built-in presets in their order, as people changed them, then those that people made. */
async function allPresets(client: Client): Promise<Stored[]> {
  const rows = new Map((await listPresets(client)).map((row) => [row.id, row]));
  const builtIn = PRESETS.map((preset) => {
    const row = rows.get(preset.id);
    return row ? stored(row) : { ...preset, row: null };
  });
  return [...builtIn, ...[...rows.values()].filter((row) => !isBuiltIn(row.id)).map(stored)];
}

/** A body of an earlier release gets what is new in this one. */
function stored(row: PresetRow): Stored {
  return { ...presetBodySchema.parse(row.body), id: row.id, version: row.version, row };
}

function present({ row, ...preset }: Stored): PresetView {
  return {
    ...preset,
    builtIn: isBuiltIn(preset.id),
    changed: row !== null,
    changedBy: row?.changedBy ?? null,
    changedAt: row?.changedAt.toISOString() ?? null,
  };
}

/** All presets of this installation, as runs use them. */
export async function presetsInForce(): Promise<Preset[]> {
  return (await allPresets(pool())).map(({ row: _row, ...preset }) => preset);
}

/** All presets: the built-in ones first, then those that people made by id. */
export async function readPresets(): Promise<PresetView[]> {
  return (await allPresets(pool())).map(present);
}

/** The preset. Throws `not-found`. */
export async function readPreset(id: string): Promise<PresetView> {
  return present(await mustFind(pool(), id));
}

async function mustFind(client: Client, id: string): Promise<Stored> {
  const found = (await allPresets(client)).find((preset) => preset.id === id);
  if (!found) throw new TesseraError("not-found", "there is no such preset");
  return found;
}

/** Adds a preset, audited. Throws `conflict` where its id is taken. */
export async function addPreset(request: z.infer<typeof newPresetSchema>, actor: string): Promise<PresetView> {
  const id = request.id ?? idOf(request.title);
  const { id: _id, version: _1, builtIn: _2, changed: _3, changedBy: _4, changedAt: _5, ...body } = request;
  return inTransaction(async (client) => {
    await lockPresets(client);
    if ((await allPresets(client)).some((preset) => preset.id === id)) {
      throw new TesseraError("conflict", `there is a preset ${id} already`, { remedy: "choose another title or id" });
    }
    const row = await writePreset(client, { id, body, after: 0, actor });
    await audit(client, {
      actor,
      action: "add-preset",
      subject: `preset:${id}`,
      details: { version: row.version, ...body },
    });
    return present(stored(row));
  });
}

/** Changes a preset, which gives it its next version; runs that have started keep theirs. Audited. Throws `not-found`. */
export async function changePreset(
  id: string,
  patch: z.infer<typeof presetPatchSchema>,
  actor: string,
): Promise<PresetView> {
  return inTransaction(async (client) => {
    await lockPresets(client);
    const { row: _row, id: _id, version, ...before } = await mustFind(client, id);
    const body = presetBodySchema.parse({ ...before, ...patch });
    const row = await writePreset(client, { id, body, after: version, actor });
    await audit(client, {
      actor,
      action: "change-preset",
      subject: `preset:${id}`,
      details: { version: row.version, ...patch },
    });
    return present(stored(row));
  });
}

/** Takes a preset away; a built-in one is again what it was. Audited. Throws `not-found`, and `conflict` for a built-in one that nobody changed. */
export async function removePreset(id: string, actor: string): Promise<void> {
  await inTransaction(async (client) => {
    await lockPresets(client);
    await mustFind(client, id);
    if (!(await removeStoredPreset(client, id, actor))) {
      throw new TesseraError("conflict", `the preset ${id} is built in, and nobody changed it`, {
        remedy: "change it, or make another",
      });
    }
    await audit(client, { actor, action: "remove-preset", subject: `preset:${id}` });
  });
}

/** Letters and digits of a title, with hyphens between its words. Throws `bad-input` where it has none. */
function idOf(title: string): string {
  const id = title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replaceAll(/^-|-$/g, "");
  if (id) return id;
  throw new TesseraError("bad-input", "no id can be made of that title", { remedy: "name an id" });
}
