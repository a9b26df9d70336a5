import { newPresetSchema } from "#lib/core/api/presets.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { addPreset, readPresets } from "#lib/server/presets/presets.ts";

export const GET = withAccess("viewer", {}, async () => ({ items: await readPresets(), nextCursor: null }));

export const POST = withAccess("operator", { body: newPresetSchema }, async ({ body, principal }) =>
  json(await addPreset(body, principal.actor), { status: 201 }),
);
