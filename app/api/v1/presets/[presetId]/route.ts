import { presetParams } from "#lib/core/api/params.ts";
import { presetPatchSchema } from "#lib/core/api/presets.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { changePreset, readPreset, removePreset } from "#lib/server/presets/presets.ts";

export const GET = withAccess("viewer", { params: presetParams }, async ({ params }) => readPreset(params.presetId));

export const PATCH = withAccess(
  "operator",
  { params: presetParams, body: presetPatchSchema },
  async ({ params, body, principal }) => changePreset(params.presetId, body, principal.actor),
);

/** A built-in preset is again what it was. */
export const DELETE = withAccess("operator", { params: presetParams }, async ({ params, principal }) =>
  removePreset(params.presetId, principal.actor),
);
