import { pageOf } from "../params.ts";
import { newPresetSchema, presetPatchSchema, presetSchema } from "../presets.ts";
import type { Operation } from "./operation.ts";

export const PRESET_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/presets",
    role: "viewer",
    summary: "Presets: the built-in ones, as people changed them, then those that people made",
    status: 200,
    answer: pageOf(presetSchema),
  },
  {
    method: "post",
    path: "/presets",
    role: "operator",
    summary: "Adds a preset; one that another installation answered is taken as it is",
    body: newPresetSchema,
    status: 201,
    answer: presetSchema,
  },
  {
    method: "get",
    path: "/presets/{presetId}",
    role: "viewer",
    summary: "A preset",
    status: 200,
    answer: presetSchema,
  },
  {
    method: "patch",
    path: "/presets/{presetId}",
    role: "operator",
    summary: "Changes a preset, which gives it its next version; runs keep the one they started with",
    body: presetPatchSchema,
    status: 200,
    answer: presetSchema,
  },
  {
    method: "delete",
    path: "/presets/{presetId}",
    role: "operator",
    summary: "Takes a preset away; a built-in one is again what it was",
    status: 204,
  },
];
