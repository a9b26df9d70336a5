import { Field, INPUT } from "../ui/field.tsx";
import type { RunForm } from "./new-run-request.ts";

/** Which models write the scene and judge the picture. */
export function OtherModels({ form, set }: { form: RunForm; set: (change: Partial<RunForm>) => void }) {
  return (
    <>
      <Field
        label="Scene written by"
        hint="provider:model. Empty: the installation itself, in fixed words from the findings alone."
      >
        <input
          className={INPUT}
          placeholder="none"
          value={form.synthesisModel}
          onChange={(event) => set({ synthesisModel: event.target.value })}
        />
      </Field>
      <Field
        label="Moderation model"
        hint="Judges every page of the analysis first, such as local:nsfw. Empty: the verdict of when the picture came in."
      >
        <input
          className={INPUT}
          placeholder="none"
          value={form.moderationModel}
          onChange={(event) => set({ moderationModel: event.target.value })}
        />
      </Field>
    </>
  );
}
