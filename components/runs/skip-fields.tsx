import { SKIP_RULES, SKIPPED_GROUND, type SkipRule } from "#lib/core/tiling/background.ts";
import { CheckField } from "../ui/check-field.tsx";
import type { RunForm } from "./new-run-request.ts";

/** Whether tiles that hold nothing are left out, and what counts as nothing. */
export function SkipFields({ form, set }: { form: RunForm; set: (change: Partial<RunForm>) => void }) {
  const toggle = (rule: SkipRule, on: boolean): void => {
    set({ skipRules: SKIP_RULES.filter((each) => (each === rule ? on : form.skipRules.includes(each))) });
  };
  return (
    <fieldset>
      <CheckField
        label="Skip what is empty"
        hint="Tiles that hold nothing else; they are shown in grey."
        checked={form.skipBackground}
        onChange={(skipBackground) => set({ skipBackground })}
      />
      {form.skipBackground && (
        <div className="mt-1 ml-5.5 flex flex-wrap gap-x-4 gap-y-1">
          {SKIP_RULES.map((rule) => (
            <label key={rule} className="flex items-center gap-1.5 text-xs">
              <input
                type="checkbox"
                checked={form.skipRules.includes(rule)}
                onChange={(event) => toggle(rule, event.target.checked)}
              />
              <span className="inline-block first-letter:uppercase">{SKIPPED_GROUND[rule]}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
