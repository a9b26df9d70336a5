import { processWide } from "#lib/process-wide.ts";

/** People may name any model of a provider; a series for each that was ever tried would grow without end. */
const MOST_MODELS = 64;
const OTHER = "other";

/** The label of a model: its id for the first models that this process meets, `other` for all that follow. */
export function modelLabel(id: string): string {
  const known = processWide("metrics.models", () => new Set<string>());
  if (known.has(id)) return id;
  if (known.size >= MOST_MODELS) return OTHER;
  known.add(id);
  return id;
}
