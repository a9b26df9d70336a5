import { PRESETS } from "#lib/core/presets/preset.ts";

/** What people call a preset; its id where this version does not know it. */
export const presetTitle = (id: string): string => PRESETS.find((preset) => preset.id === id)?.title ?? id;
