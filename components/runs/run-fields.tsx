import { EMBEDDED_DETECTOR, type Preset } from "#lib/core/presets/preset.ts";
import { MergeFields } from "../merging/merge-fields.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { Slider } from "../ui/slider.tsx";
import { ClassFields } from "./class-fields.tsx";
import { ModelTest } from "./model-test.tsx";
import type { RunForm } from "./new-run-request.ts";
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
    <Field label="Look for" hint={preset.description}>
      <select className={INPUT} value={preset.id} onChange={(event) => onChoose(event.target.value)}>
        {presets.map((each) => (
          <option key={each.id} value={each.id}>
            {each.title}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** The model that learns from examples of the picture itself. */
export const LEARNS = "local:exemplar";

/**
 * What of a run is the same for one picture and for many: what is kept, what is looked for, by which models, and how it is merged. `seen`: labels that
 * the picture has findings of.
 */
export function RunFields({ form, preset, set, seen }: FieldsProps & { seen: readonly string[] }) {
  const learns = (form.model.trim() || preset.model) === LEARNS;
  return (
    <>
      <div>
        <div className="flex justify-between text-xs">
          <span className="font-medium">Least confidence to keep</span>
          <span className="text-muted tabular-nums">{Math.round(form.minScore * 100)}%</span>
        </div>
        <Slider
          name="Least confidence to keep"
          value={form.minScore}
          min={0}
          max={1}
          step={0.01}
          format={(value) => `${Math.round(value * 100)}%`}
          onChange={(minScore) => set({ minScore, thresholds: {} })}
        />
      </div>
      {(form.multiScale || (form.model.trim() || preset.model) === EMBEDDED_DETECTOR) && (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-0.5 accent-accent"
            checked={form.multiScale}
            onChange={(event) => set({ multiScale: event.target.checked })}
          />
          <span>
            <span className="text-xs font-medium">Look at two scales</span>
            <span className="block text-xs text-muted">
              The quarters of each tile, too: smaller things are found, at five times the work.
            </span>
          </span>
        </label>
      )}
      <SkipFields form={form} set={set} />
      {!learns && (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-0.5 accent-accent"
            checked={form.wholePicture}
            onChange={(event) => set({ wholePicture: event.target.checked })}
          />
          <span>
            <span className="text-xs font-medium">Look at the whole picture, too</span>
            <span className="block text-xs text-muted">For what is larger than a tile.</span>
          </span>
        </label>
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
        <Field label="Model" hint="provider:model, such as openai-compatible:qwen2.5-vl. Empty: the preset's own.">
          <input
            className={INPUT}
            placeholder={preset.model}
            value={form.model}
            onChange={(event) => set({ model: event.target.value })}
          />
        </Field>
        <ModelTest model={form.model.trim() || preset.model} />
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
