import type { MergeSettings, Tiling } from "../detection/run.ts";

/** What a run of a kind uses where the caller says nothing. */
export type Preset = {
  id: string;
  title: string;
  description: string;
  model: string;
  tiling: Tiling;
  /** Empty: whatever the model knows. */
  classes: readonly string[];
  prompt: string | null;
  minScore: number;
  merge: MergeSettings;
  /** Also look at the whole picture at once, for what is larger than a tile. */
  wholePicture: boolean;
};

const SEAMS: MergeSettings = { method: "greedy-nmm", metric: "ios", threshold: 0.5 };
/** A cell lies whole in one of the tiles that show it, and that one stays: what others cut off adds nothing to it. */
const WHOLE_CELLS: MergeSettings = { method: "nms", metric: "ios", threshold: 0.6 };
const EMBEDDED_DETECTOR = "local:centernet";

/**
 * The presets that have a model. Tile sides and scores are measured on aerial pictures (bench/models.ts): the embedded detector sees
 * 512 pixels, so smaller tiles enlarge small things for it.
 */
export const PRESETS: readonly Preset[] = [
  {
    id: "general",
    title: "Objects",
    description: "Everyday objects of 80 kinds: people, vehicles, animals, furniture and more",
    model: EMBEDDED_DETECTOR,
    tiling: { tile: 256, overlap: 0.3 },
    classes: [],
    prompt: null,
    minScore: 0.4,
    merge: SEAMS,
    wholePicture: true,
  },
  {
    id: "vehicles",
    title: "Vehicles",
    description: "Cars, trucks and buses under one label, also small ones, on aerial and street pictures",
    model: EMBEDDED_DETECTOR,
    tiling: { tile: 256, overlap: 0.2 },
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
    // Two readings of a word are one, and joining their boxes would gain nothing.
    merge: { method: "nms", metric: "ios", threshold: 0.5 },
    wholePicture: false,
  },
  {
    id: "blood",
    title: "Blood smear",
    description: "Red cells, white cells and platelets, with their outlines, on stained smears",
    model: "local:blood",
    tiling: { tile: 1024, overlap: 0.3 },
    classes: ["RBC", "WBC", "Platelets"],
    prompt: null,
    minScore: 0.33,
    merge: WHOLE_CELLS,
    wholePicture: false,
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
