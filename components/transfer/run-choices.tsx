import type { Run } from "#lib/core/detection/run.ts";
import { runName } from "../runs/run-name.ts";
import { plural } from "../ui/format.ts";

type RunChoicesProps = {
  runs: readonly Run[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
};

/** Runs of a picture, any of which may be chosen. */
export function RunChoices({ runs, chosen, onChange }: RunChoicesProps) {
  const choose = (id: string, isChosen: boolean): void =>
    onChange(new Set(isChosen ? [...chosen, id] : [...chosen].filter((each) => each !== id)));
  return (
    <fieldset className="scroll-quiet max-h-40 overflow-y-auto rounded-md border border-line px-3 py-2">
      <legend className="px-1 text-xs text-muted">Runs</legend>
      {runs.map((run) => (
        <label key={run.id} className="flex items-center gap-2 py-0.5">
          <input
            type="checkbox"
            checked={chosen.has(run.id)}
            onChange={(event) => choose(run.id, event.target.checked)}
          />
          <span className="min-w-0 flex-1 truncate">{runName(run)}</span>
          <span className="text-xs text-muted tabular-nums">{plural(run.findings, "finding")}</span>
        </label>
      ))}
    </fieldset>
  );
}
