import { ModelError } from "#lib/core/errors.ts";
import { addedTileProvider } from "./added.ts";
import { HOSTED_PROVIDERS } from "./hosted/open-model.ts";
import { hostedTileModel } from "./hosted/tile-model.ts";
import { cellKindOf, LOCAL_CELLS, localCellModel } from "./local/cells/tile-model.ts";
import { LOCAL_EXEMPLAR } from "./local/exemplar/provider.ts";
import { localExemplarModel } from "./local/exemplar/tile-model.ts";
import { isLocalText, LOCAL_TEXT, localTextModel } from "./local/text/tile-model.ts";
import { LOCAL_DETECTOR, localTileModel } from "./local/tile-model.ts";
import { providerOf } from "./model-id.ts";
import { hostedModerationModel } from "./moderation/hosted.ts";
import { LOCAL_MODERATION, localModerationModel } from "./moderation/local.ts";
import type { ProviderSettings } from "./settings.ts";
import { hostedSynthesisModel } from "./synthesis/hosted.ts";
import { LOCAL_SYNTHESIS, localSynthesisModel } from "./synthesis/local.ts";
import type { ModerationModel, SynthesisModel, TileModel } from "./types.ts";

export { modelCallCounts } from "./call-counts.ts";
export { closeInferencePools } from "./local/pools.ts";
export { providerOf } from "./model-id.ts";
export { LOCAL_SYNTHESIS };

/** The model that looks at tiles. Throws `run-fatal` where the id or its set-up is wrong. */
export function tileModel(id: string, settings: ProviderSettings): TileModel {
  if (id === LOCAL_DETECTOR) return localTileModel(settings);
  if (isLocalText(id)) return localTextModel(id, settings);
  const cells = cellKindOf(id);
  if (cells) return localCellModel(cells, settings);
  if (id === LOCAL_EXEMPLAR) return localExemplarModel(settings);
  const open = addedTileProvider(providerOf(id));
  if (open) return open(id);
  return hosted(id, [LOCAL_DETECTOR, LOCAL_TEXT, ...LOCAL_CELLS, LOCAL_EXEMPLAR].join(", "), (known) =>
    hostedTileModel(known, settings),
  );
}

/** The model that judges pictures before anything else. Throws `run-fatal` where the id or its set-up is wrong. */
export function moderationModel(id: string, settings: ProviderSettings): ModerationModel {
  if (id === LOCAL_MODERATION) return localModerationModel(settings);
  return hosted(id, LOCAL_MODERATION, (known) => hostedModerationModel(known, settings));
}

/** The model that writes the scene. Throws `run-fatal` where the id or its set-up is wrong. */
export function synthesisModel(id: string, settings: ProviderSettings): SynthesisModel {
  if (id === LOCAL_SYNTHESIS) return localSynthesisModel();
  return hosted(id, LOCAL_SYNTHESIS, (known) => hostedSynthesisModel(known, settings));
}

function hosted<T>(id: string, embedded: string, open: (id: string) => T): T {
  const provider = HOSTED_PROVIDERS.find((known) => known === providerOf(id) && id.length > known.length + 1);
  if (provider) return open(id);
  throw new ModelError("run-fatal", `there is no model "${id}" for this`, {
    remedy: `use ${embedded}, or a hosted model as ${HOSTED_PROVIDERS.map((known) => `${known}:…`).join(", ")}`,
  });
}
