import { z } from "zod";
import { presetBodySchema } from "../presets/preset.ts";

/** What names a preset in addresses and on the command line. */
export const presetIdSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "an id is small letters, digits and single hyphens, e.g. red-roofs")
  .max(60);

/** A preset as the API shows it. `builtIn`: every installation has one of that id; `changed`: people changed it here. */
export const presetSchema = presetBodySchema.extend({
  id: z.string(),
  version: z.number().int(),
  builtIn: z.boolean(),
  changed: z.boolean(),
  changedBy: z.string().nullable(),
  changedAt: z.iso.datetime().nullable(),
});
export type PresetView = z.infer<typeof presetSchema>;

/** A new preset; its id comes from the title where none is named. What `GET` answers is accepted too, which brings a preset elsewhere. */
export const newPresetSchema = presetBodySchema.extend({
  id: presetIdSchema.optional(),
  version: z.unknown().optional(),
  builtIn: z.unknown().optional(),
  changed: z.unknown().optional(),
  changedBy: z.unknown().optional(),
  changedAt: z.unknown().optional(),
});

const { shape } = presetBodySchema;
/** What is absent stays as it is. */
export const presetPatchSchema = z
  .strictObject({
    ...shape,
    description: shape.description.unwrap(),
    escalationModel: shape.escalationModel.unwrap(),
    escalation: shape.escalation.unwrap(),
    synthesisModel: shape.synthesisModel.unwrap(),
    moderationModel: shape.moderationModel.unwrap(),
    classes: shape.classes.unwrap(),
    colours: shape.colours.unwrap(),
    thresholds: shape.thresholds.unwrap(),
    scale: shape.scale.unwrap(),
    prompt: shape.prompt.unwrap(),
    multiScale: shape.multiScale.unwrap(),
    skipBackground: shape.skipBackground.unwrap(),
    skipRules: shape.skipRules.unwrap(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change");
