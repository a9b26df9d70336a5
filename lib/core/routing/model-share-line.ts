import type { ModelShare } from "../detection/run.ts";
import { formatCost, formatCount, plural } from "../quantities.ts";

/** What a model is in a run. */
export const ROLE_WORDS: Readonly<Record<ModelShare["role"], string>> = {
  moderation: "moderation",
  tile: "first look",
  escalation: "second look",
  synthesis: "scene",
};

/** Whether a model of this role is asked about tiles. */
export function looksAtTiles(role: ModelShare["role"]): boolean {
  return role === "tile" || role === "escalation";
}

/** What a model did for a run, in a line: `second look: openai:o · 12 tiles · 13 calls · 1,560 tokens · $0.02`. */
export function modelShareLine({ role, model, tiles, calls, tokens, cost }: ModelShare): string {
  const used = tokens.input + tokens.output;
  return [
    `${ROLE_WORDS[role]}: ${model}`,
    ...(looksAtTiles(role) ? [plural(tiles, "tile")] : []),
    plural(calls, "call"),
    ...(used > 0 ? [`${formatCount(used)} tokens`] : []),
    ...(cost === null ? [] : [formatCost(cost)]),
  ].join(" · ");
}
