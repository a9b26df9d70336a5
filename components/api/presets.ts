import { z } from "zod";
import { type PresetView, presetSchema } from "#lib/core/api/presets.ts";
import type { PresetBody } from "#lib/core/presets/preset.ts";
import { send, sendJson } from "./http.ts";

const answer = z.object({ items: z.array(presetSchema) });

export const listPresets = async (signal?: AbortSignal): Promise<PresetView[]> =>
  (await sendJson(answer, "/api/v1/presets", { signal })).items;

export const addPreset = (body: PresetBody): Promise<PresetView> =>
  sendJson(presetSchema, "/api/v1/presets", { method: "POST", body });

export const changePreset = (id: string, patch: Partial<PresetBody>): Promise<PresetView> =>
  sendJson(presetSchema, `/api/v1/presets/${id}`, { method: "PATCH", body: patch });

/** A built-in preset is again what it was. */
export async function removePreset(id: string): Promise<void> {
  await send(`/api/v1/presets/${id}`, { method: "DELETE" });
}
