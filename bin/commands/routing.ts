import type { Run } from "#lib/core/detection/run.ts";
import { modelShareLine } from "#lib/core/routing/model-share-line.ts";

/** Which model did how much, a line each, where more than one was asked or what they did cost tokens; else nothing. */
export function routingOf({ models }: Run): string {
  const asked = models.filter(({ calls }) => calls > 0);
  const isTold = asked.length > 1 || asked.some(({ tokens }) => tokens.input > 0);
  return isTold ? asked.map((share) => `  ${modelShareLine(share)}\n`).join("") : "";
}
