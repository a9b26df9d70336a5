import { escalationSettingsSchema } from "#lib/core/routing/escalation-settings.ts";
import { Field, INPUT } from "../ui/field.tsx";
import { ModelNameField } from "./model-name-field.tsx";
import { ModelTest } from "./model-test.tsx";
import type { RunForm } from "./new-run-request.ts";

const DEFAULT_PERCENT = Math.round(escalationSettingsSchema.parse({}).share * 100);

/** Which model looks again at tiles of which the first is unsure, and how many of them it may have. */
export function SecondLook({ form, set }: { form: RunForm; set: (change: Partial<RunForm>) => void }) {
  const model = form.escalationModel.trim();
  return (
    <>
      <ModelNameField
        label="Stronger model"
        hint="Looks again where the first is unsure, sees very many, disagrees with its neighbours or gives no usable answer. Empty: none does."
        value={form.escalationModel}
        onChange={(escalationModel) => set({ escalationModel })}
      />
      {model !== "" && (
        <>
          <ModelTest model={model} />
          <Field label="Tiles it may look at, %" hint="Of all tiles, and of the budget; the worst go first.">
            <input
              className={INPUT}
              type="number"
              min={1}
              max={100}
              placeholder={String(DEFAULT_PERCENT)}
              value={form.sharePercent}
              onChange={(event) => set({ sharePercent: event.target.value })}
            />
          </Field>
        </>
      )}
    </>
  );
}
