import { ModelNameField } from "./model-name-field.tsx";
import type { RunForm } from "./new-run-request.ts";

/** Which models write the scene and judge the picture. */
export function OtherModels({ form, set }: { form: RunForm; set: (change: Partial<RunForm>) => void }) {
  return (
    <>
      <ModelNameField
        label="Scene written by"
        hint="provider:model. Empty: the installation itself, in fixed words from the findings alone."
        value={form.synthesisModel}
        onChange={(synthesisModel) => set({ synthesisModel })}
      />
      <ModelNameField
        label="Moderation model"
        hint="Judges every page of the analysis first, such as local:nsfw. Empty: the verdict of when the picture came in."
        value={form.moderationModel}
        onChange={(moderationModel) => set({ moderationModel })}
      />
    </>
  );
}
