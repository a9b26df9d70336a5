import { environment } from "#lib/config/env.ts";
import { closeInferencePools, moderationModel, synthesisModel, tileModel } from "#lib/models/registry.ts";
import type { Price, ProviderSettings } from "#lib/models/settings.ts";
import type { ModerationModel, SynthesisModel, TileModel } from "#lib/models/types.ts";
import { observedModerationModel, observedSynthesisModel, observedTileModel } from "./metrics/observe-model.ts";

/**
 * The model that looks at tiles, opened with this installation's keys; with a price it says what a call cost. Throws `ModelError`
 * where it is unknown or has no key.
 */
export function tileModelOf(id: string, price: Price | null = null): TileModel {
  return observedTileModel(tileModel(id, settingsFor(id, price)));
}

/** The model that judges whether a picture may be analysed; with a price it says what a call cost. */
export function moderationModelOf(id: string, price: Price | null = null): ModerationModel {
  return observedModerationModel(moderationModel(id, settingsFor(id, price)));
}

/** The model that writes the scene; with a price it says what a call cost. */
export function synthesisModelOf(id: string, price: Price | null = null): SynthesisModel {
  return observedSynthesisModel(synthesisModel(id, settingsFor(id, price)));
}

function settingsFor(id: string, price: Price | null): ProviderSettings {
  return price ? { ...environment(), prices: { [id]: price } } : environment();
}

/** Ends the worker threads of the embedded models. */
export async function closeModels(): Promise<void> {
  await closeInferencePools();
}
