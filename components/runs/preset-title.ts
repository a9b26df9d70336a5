import { PRESETS } from "#lib/core/presets/preset.ts";

/** What people call the preset of a run: as it was called when the run began, or as this version calls it; else its id. */
export const presetTitle = (of: { preset: string; presetTitle?: string | undefined }): string =>
  of.presetTitle ?? PRESETS.find(({ id }) => id === of.preset)?.title ?? of.preset;
