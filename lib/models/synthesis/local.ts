import { countCall } from "../call-counts.ts";
import type { SynthesisModel } from "../types.ts";
import { describeScene } from "./describe.ts";

export const LOCAL_SYNTHESIS = "local:synthesis";

/** Fixed words over the facts: no network, no cost, the same facts give the same scene. */
export function localSynthesisModel(): SynthesisModel {
  return {
    id: LOCAL_SYNTHESIS,
    async describe(facts) {
      countCall(LOCAL_SYNTHESIS, "synthesis");
      return {
        scene: describeScene(facts, LOCAL_SYNTHESIS),
        usage: { inputTokens: 0, outputTokens: 0, cost: 0 },
      };
    },
  };
}
