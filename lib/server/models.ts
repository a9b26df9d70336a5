import { environment } from "#lib/config/env.ts";
import { moderationModel, synthesisModel, tileModel } from "#lib/models/registry.ts";
import type { ProviderSettings } from "#lib/models/settings.ts";
import type { ModerationModel, SynthesisModel, TileModel } from "#lib/models/types.ts";

function settings(): ProviderSettings {
  const { keys, localWorkers } = environment();
  const account = (apiKey: string | undefined) => (apiKey === undefined ? undefined : { apiKey });
  return {
    openai: account(keys.openai),
    anthropic: account(keys.anthropic),
    google: account(keys.google),
    gateway: account(keys.gateway),
    openaiCompatible: keys.openaiCompatible,
    local: { workers: localWorkers },
  };
}

/** The model that looks at tiles, opened with this installation's keys. Throws `ModelError` where it is unknown or has no key. */
export function tileModelOf(id: string): TileModel {
  return tileModel(id, settings());
}

/** The model that judges whether a picture may be analysed. */
export function moderationModelOf(id: string): ModerationModel {
  return moderationModel(id, settings());
}

/** The model that writes the scene. */
export function synthesisModelOf(id: string): SynthesisModel {
  return synthesisModel(id, settings());
}
