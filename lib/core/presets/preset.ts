import { z } from "zod";
import { classColoursSchema } from "../detection/class-colour.ts";
import { type MergeSettings, mergeSettingsSchema, modelIdSchema, tilingSchema } from "../detection/run.ts";
import { escalationRequestSchema } from "../routing/escalation-settings.ts";
import { SKIP_RULES, skipRulesSchema } from "../tiling/background.ts";

/** Lengths in micrometres, or in metres on the ground. */
const presetScaleSchema = z.strictObject({
  unit: z.enum(["µm", "m"]),
  /** Side of a tile. */
  tile: z.number().positive(),
  /** The longest side of a pixel with which the kind is still told. */
  pixel: z.number().positive(),
});

/** What a run of a kind uses where the caller says nothing: the part of a preset that people edit, and that leaves as JSON. */
export const presetBodySchema = z.strictObject({
  title: z.string().trim().min(1).max(100),
  description: z.string().trim().max(500).default(""),
  model: modelIdSchema,
  /** Looks again at tiles of which the model is unsure; null: none does. */
  escalationModel: modelIdSchema.nullable().default(null),
  /** When it does, and how much of a run it may have; what is absent is the default. */
  escalation: escalationRequestSchema.default({}),
  /** Null: the deterministic text of the installation itself. */
  synthesisModel: modelIdSchema.nullable().default(null),
  /** Judges what a run covers once more before it is looked at; null: the verdict of when the image came in stands alone. */
  moderationModel: modelIdSchema.nullable().default(null),
  tiling: tilingSchema,
  /** How large a tile is in the world and how coarse a pixel may be, where the picture's scale is known; what is proposed follows it. */
  scale: presetScaleSchema.nullable().default(null),
  /** Empty: whatever the model knows. */
  classes: z.array(z.string().trim().min(1).max(200)).max(1000).default([]),
  /** Colours of classes, where they are others than every class has anyway. */
  colours: classColoursSchema.default({}),
  /** Least score of a class, 0 to 1, where it is another than `minScore`. */
  thresholds: z.record(z.string(), z.number().min(0).max(1)).default({}),
  prompt: z.string().max(20_000).nullable().default(null),
  minScore: z.number().min(0).max(1),
  merge: mergeSettingsSchema,
  /** A tile may take this long, in milliseconds, where that is more than usual. */
  timeoutMs: z.number().int().min(100).max(3_600_000).optional(),
  /** Also look at the whole picture at once, for what is larger than a tile. */
  wholePicture: z.boolean(),
  /** Also look at the parts of each tile, for what is small in it; of models that can alone. */
  multiScale: z.boolean().default(false),
  /** Tiles that hold nothing, by one of `skipRules`, are not looked at. */
  skipBackground: z.boolean().default(true),
  skipRules: skipRulesSchema.default([...SKIP_RULES]),
});
export type PresetBody = z.infer<typeof presetBodySchema>;

/** A preset: `version` counts its changes, from 1; runs keep which one they used. */
export type Preset = { id: string; version: number } & PresetBody;

/** What built-in presets have alike, unless they say otherwise. */
const COMMON = {
  version: 1,
  escalationModel: null,
  escalation: {},
  synthesisModel: null,
  moderationModel: null,
  colours: {},
  thresholds: {},
  scale: null,
  multiScale: false,
  skipBackground: true,
  skipRules: [...SKIP_RULES],
} satisfies Partial<Preset>;
type BuiltIn = Omit<Preset, keyof typeof COMMON> & Partial<Preset>;

const SEAMS: MergeSettings = { method: "greedy-nmm", metric: "ios", threshold: 0.5 };
/** A cell lies whole in one of the tiles that show it, and that one stays: what others cut off adds nothing to it. */
const WHOLE_CELLS: MergeSettings = { method: "nms", metric: "ios", threshold: 0.6 };
/** What is learnt from examples on the picture itself. */
const LEARNT = {
  model: "local:exemplar",
  // Examples of up to a quarter of a tile lie whole in one; for larger ones tiles are made larger.
  tiling: { tile: 512, overlap: 0.3 },
  prompt: null,
  minScore: 0.5,
  merge: { method: "nms", metric: "ios", threshold: 0.5 },
  wholePicture: false,
} as const;
/** The one embedded model that looks at parts of tiles. */
export const EMBEDDED_DETECTOR = "local:centernet";

/**
 * The presets that have a model. Tile sides and scores are measured on oblique pictures (docs/decisions/047): the embedded detector sees
 * 512 pixels, so smaller tiles enlarge small things for it.
 */
const BUILT_IN: readonly BuiltIn[] = [
  {
    id: "general",
    title: "Objects",
    description: "Everyday objects of 80 kinds: people, vehicles, animals, furniture and more",
    model: EMBEDDED_DETECTOR,
    tiling: { tile: 256, overlap: 0.2 },
    classes: [],
    prompt: null,
    minScore: 0.3,
    merge: SEAMS,
    wholePicture: true,
  },
  {
    id: "vehicles",
    title: "Vehicles",
    description: "Cars, trucks and buses under one label, also small ones, on aerial and street pictures",
    model: EMBEDDED_DETECTOR,
    tiling: { tile: 192, overlap: 0.2 },
    classes: ["vehicle"],
    prompt: null,
    minScore: 0.3,
    merge: SEAMS,
    wholePicture: true,
  },
  {
    id: "text",
    title: "Text",
    description: "Printed words with their text, on scans and pages of documents, also skewed or turned; English",
    model: "local:text",
    // Pages up to A4 at 300 dots per inch are read whole; words longer than the overlap are not to be expected on larger ones.
    tiling: { tile: 4096, overlap: 0.15 },
    classes: ["word"],
    prompt: null,
    minScore: 0.3,
    // Two readings of a word lie on each other, and joining them would gain nothing. A speck or rule that was read as a word must not
    // swallow the words it surrounds, as it would by the smaller area.
    merge: { method: "nms", metric: "iou", threshold: 0.3 },
    // A page full of small print takes ten seconds of a core, and several times that where the core is shared.
    timeoutMs: 240_000,
    // Large print of large pages is read at once.
    wholePicture: true,
  },
  {
    id: "nuclei",
    title: "Nuclei (H&E)",
    description:
      "Nuclei of tissue stained with haematoxylin and eosin, with their outlines and how much of each stain they hold",
    model: "local:nuclei",
    tiling: { tile: 512, overlap: 0.2 },
    // Nuclei of 7 µm are the 24 pixels that they are looked at with.
    scale: { unit: "µm", tile: 256, pixel: 0.3 },
    classes: ["nucleus"],
    prompt: null,
    minScore: 0.4,
    merge: WHOLE_CELLS,
    wholePicture: false,
  },
  {
    id: "fluorescence",
    title: "Nuclei (fluorescence)",
    description: "Nuclei that glow on a dark ground (DAPI, Hoechst), or are dark on a bright one, with their outlines",
    model: "local:fluorescence",
    tiling: { tile: 512, overlap: 0.2 },
    scale: { unit: "µm", tile: 256, pixel: 0.35 },
    classes: ["nucleus"],
    prompt: null,
    minScore: 0.6,
    merge: WHOLE_CELLS,
    wholePicture: false,
  },
  {
    id: "blood",
    title: "Blood smear",
    description: "Red cells, white cells and platelets, with their outlines, on stained smears",
    model: "local:blood",
    tiling: { tile: 1024, overlap: 0.3 },
    // Red cells of 7.5 µm are 75 pixels.
    scale: { unit: "µm", tile: 80, pixel: 0.1 },
    classes: ["RBC", "WBC", "Platelets"],
    prompt: null,
    minScore: 0.33,
    // Likelier than that, a red cell is one that people who count them count (decision 040).
    thresholds: { RBC: 0.38 },
    merge: WHOLE_CELLS,
    wholePicture: false,
  },
  {
    id: "trees",
    title: "Trees",
    description:
      "Crowns on pictures from straight above, learnt from some that you mark: draw a box around ten of them, label each tree, and reject what is wrong",
    ...LEARNT,
    classes: ["tree"],
  },
  {
    id: "examples",
    title: "More like these",
    description:
      "Whatever you mark: draw a box around ten of a kind with one label, reject what is wrong, and the rest of the picture is searched for more",
    ...LEARNT,
    classes: [],
  },
  {
    id: "ask",
    title: "Ask",
    description:
      "Your own words and classes; a hosted vision model follows both, the embedded one knows common classes only",
    model: EMBEDDED_DETECTOR,
    tiling: { tile: 512, overlap: 0.2 },
    classes: [],
    prompt: null,
    minScore: 0.3,
    merge: SEAMS,
    wholePicture: true,
  },
];

/** What every installation has. */
export const PRESETS: readonly Preset[] = BUILT_IN.map((preset) => ({ ...COMMON, ...preset }));
