import { useCallback, useEffect, useState } from "react";
import type { PresetView } from "#lib/core/api/presets.ts";
import { PRESETS } from "#lib/core/presets/preset.ts";
import { listPresets } from "../api/presets.ts";

const BUILT_IN: readonly PresetView[] = PRESETS.map((preset) => ({
  ...preset,
  builtIn: true,
  changed: false,
  changedBy: null,
  changedAt: null,
}));

/** The presets of the installation; the built-in ones until they are here. */
export function usePresets(): { presets: readonly PresetView[]; reload: () => Promise<readonly PresetView[]> } {
  const [presets, setPresets] = useState(BUILT_IN);
  const reload = useCallback(async () => {
    // Where they cannot be had, the built-in ones serve; starting a run says what is wrong.
    const found = await listPresets().catch(() => BUILT_IN);
    setPresets(found);
    return found;
  }, []);
  useEffect(() => void reload(), [reload]);
  return { presets, reload };
}
