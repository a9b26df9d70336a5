import type { ClassColours } from "#lib/core/detection/class-colour.ts";

/** Of a run, what its classes look like. */
type Coloured = { id: string; configuration: { colours?: ClassColours | undefined } };

const NONE: ClassColours = {};
const ofAll = new WeakMap<readonly Coloured[], ClassColours>();

/**
 * The colours that the run whose findings are shown gives to classes; where those of all are shown, the colours of all runs, of which the
 * newest decides. `runs` come newest first.
 */
export function shownColours({ runs, runId }: { runs: readonly Coloured[]; runId: string | null }): ClassColours {
  if (runId !== null) return runs.find((run) => run.id === runId)?.configuration.colours ?? NONE;
  const known = ofAll.get(runs);
  if (known) return known;
  const colours: ClassColours = Object.assign({}, ...runs.map((run) => run.configuration.colours).toReversed());
  ofAll.set(runs, colours);
  return colours;
}
