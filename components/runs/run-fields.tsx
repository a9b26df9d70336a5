import { EMBEDDED_DETECTOR, type Preset } from "#lib/core/presets/preset.ts";
import { MergeFields } from "../merging/merge-fields.tsx";
import { CheckField } from "../ui/check-field.tsx";
import { ChoiceField } from "../ui/choice-field.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { PercentField } from "../ui/percent-field.tsx";
import { ClassFields } from "./class-fields.tsx";
import { ModelNameField } from "./model-name-field.tsx";
import { ModelTest } from "./model-test.tsx";
import { modelOf, type RunForm } from "./new-run-request.ts";
import { OtherModels } from "./other-models.tsx";
import { SecondLook } from "./second-look.tsx";
import { SkipFields } from "./skip-fields.tsx";

type FieldsProps = { form: RunForm; preset: Preset; set: (change: Partial<RunForm>) => void };

/** Which preset a run starts from. */
export function PresetField({
  preset,
  presets,
  onChoose,
}: {
  preset: Preset;
  presets: readonly Preset[];
  onChoose: (id: string) => void;
}) {
  return (
    <ChoiceField
      label="Look for"
      hint={preset.description}
      value={preset.id}
      choices={presets.map(({ id, title }) => ({ value: id, name: title }))}
      onChange={onChoose}
    />
  );
}

/** The model that learns from examples of the picture itself. */
export const LEARNS = "local:exemplar";

/**
 * What of a run is the same for one picture and for many: what is kept, what is looked for, by which models, and how it is merged. `seen`: labels that
 * the picture has findings of.
 */
export function RunFields({ form, preset, set, seen }: FieldsProps & { seen: readonly string[] }) {
  const model = modelOf(form, preset);
  return (
    <>
      <PercentField
        label="Least confidence to keep"
        value={form.minScore}
        onChange={(minScore) => set({ minScore, thresholds: {} })}
      />
      {(form.multiScale || model === EMBEDDED_DETECTOR) && (
        <CheckField
          label="Look at two scales"
          hint="The quarters of each tile, too: smaller things are found, at five times the work."
          checked={form.multiScale}
          onChange={(multiScale) => set({ multiScale })}
        />
      )}
      <SkipFields form={form} set={set} />
      {model !== LEARNS && (
        <CheckField
          label="Look at the whole picture, too"
          hint="For what is larger than a tile."
          checked={form.wholePicture}
          onChange={(wholePicture) => set({ wholePicture })}
        />
      )}
      <Field label="Classes" hint="Separated by commas; empty means all that the model knows.">
        <input className={INPUT} value={form.classes} onChange={(event) => set({ classes: event.target.value })} />
      </Field>
      <ClassFields form={form} set={set} seen={seen} />
      {form.preset === "ask" && (
        <Field label="Question" hint="A hosted vision model follows it; the embedded one looks for the classes alone.">
          <textarea
            className={`${INPUT} h-20 py-1.5`}
            value={form.prompt}
            onChange={(event) => set({ prompt: event.target.value })}
          />
        </Field>
      )}
      <ModelFields form={form} preset={preset} set={set} />
      <details>
        <summary className="text-xs font-medium">Merging</summary>
        <div className="mt-3 flex flex-col gap-4">
          <MergeFields settings={form.merge} onChange={(merge) => set({ merge })} />
        </div>
      </details>
    </>
  );
}

function ModelFields({ form, preset, set }: FieldsProps) {
  return (
    <details>
      <summary className="text-xs font-medium">Model and pace</summary>
      <div className="mt-3 flex flex-col gap-4">
        <ModelNameField
          label="Model"
          hint="provider:model, such as openai-compatible:qwen2.5-vl. Empty: the preset's own."
          placeholder={preset.model}
          value={form.model}
          onChange={(model) => set({ model })}
        />
        <ModelTest model={modelOf(form, preset)} />
        <SecondLook form={form} set={set} />
        <OtherModels form={form} set={set} />
        <Field label="Tiles at once" hint="Empty: as many as serve the model. Can be changed while it runs.">
          <input
            className={INPUT}
            type="number"
            min={1}
            max={1024}
            value={form.concurrency}
            onChange={(event) => set({ concurrency: event.target.value })}
          />
        </Field>
      </div>
    </details>
  );
}
