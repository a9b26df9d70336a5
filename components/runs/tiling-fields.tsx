import { Sparkles, Undo2 } from "lucide-react";
import type { ProposedTiling } from "#lib/core/api/tiling.ts";
import { Button } from "../ui/button.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { type RunForm, withProposal } from "./new-run-request.ts";

/** How coarsely tiles can be asked to be read, in levels of the pyramid. */
const LEVELS = [0, 1, 2, 3, 4, 5, 6];

type Props = {
  form: RunForm;
  /** Null while there is none. */
  proposal: ProposedTiling | null;
  onChange: (change: Partial<RunForm>) => void;
};

/** Tile side, overlap and resolution, as they are proposed until a person says otherwise, and why they are proposed. */
export function TilingFields({ form, proposal, onChange }: Props) {
  const change = (fields: Partial<RunForm>): void => onChange({ ...fields, tilingBy: "person" });
  return (
    <div className="flex flex-col gap-2">
      <div className="grid grid-cols-3 gap-3">
        <Field label="Tile side, px">
          <input
            className={INPUT}
            type="number"
            min={16}
            max={16_384}
            step={16}
            value={form.tile}
            onChange={(event) => change({ tile: event.target.value })}
          />
        </Field>
        <Field label="Overlap, %">
          <input
            className={INPUT}
            type="number"
            min={0}
            max={90}
            value={form.overlapPercent}
            onChange={(event) => change({ overlapPercent: Number(event.target.value) })}
          />
        </Field>
        <Field label="Resolution">
          <select
            className={INPUT}
            value={form.level}
            onChange={(event) => change({ level: Number(event.target.value) })}
          >
            {LEVELS.map((level) => (
              <option key={level} value={level}>
                {level === 0 ? "full" : `1/${2 ** level}`}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {proposal && (
        <div className="flex items-start gap-2 text-xs text-muted">
          <Sparkles size={14} className="mt-px shrink-0" aria-hidden />
          <p className="grow" aria-live="polite">
            {proposal.why}
          </p>
          {form.tilingBy === "person" && (
            <Button
              small
              look="quiet"
              icon={<Undo2 size={13} aria-hidden />}
              onClick={() => onChange(withProposal(proposal.tiling))}
            >
              As proposed
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
