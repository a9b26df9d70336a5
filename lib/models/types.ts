import type { Examples } from "#lib/core/detection/examples.ts";
import type { Exchange } from "#lib/core/detection/exchange.ts";
import type { Detection, Geometry, Measurements } from "#lib/core/detection/finding.ts";
import type { ModelUse } from "#lib/core/detection/image.ts";
import type { Scene, SynthesisRecord } from "#lib/core/detection/run.ts";
import type { TileBox } from "#lib/core/geometry/box.ts";

/** Raw interleaved 8-bit RGB of one tile as it was read. */
export type TilePicture = { data: Uint8Array; width: number; height: number };

/** A tile's picture as a model is sent it; `read` is the size in pixels it was read at, where that differs from what is seen. */
export type EncodedTile = {
  bytes: Uint8Array;
  mediaType: string;
  width: number;
  height: number;
  read: { width: number; height: number };
};

/** What one call cost. `cost` in US dollars where a price is known. */
export type ModelUsage = { inputTokens: number; outputTokens: number; cost: number | null };

/** A detection in the pixels of the tile as it was read; `text` is what stands there, `geometry` its shape beyond the box. */
export type TileDetection = {
  box: TileBox;
  score: number;
  label: string;
  text?: string;
  geometry?: Geometry;
  /** What the model measured of it, by name; nothing that depends on the tile's scale. */
  measurements?: Measurements;
};

/** A side of a tile at which the picture goes on. */
export type CutSide = "left" | "top" | "right" | "bottom";

export type TileReply = {
  detections: TileDetection[];
  usage: ModelUsage;
  /** What passed between us and a hosted model, for the evidence chain. Absent of embedded models, which use no words. */
  exchange?: Exchange;
};

type TileQuestion = {
  picture: EncodedTile;
  /** Labels to look for; empty: whatever the model knows. */
  classes: readonly string[];
  /** What to look for in words, for language-vision models. */
  prompt: string | null;
  minScore: number;
  /** Where the tile was cut out of a larger picture: what lies there may be seen in part only. Absent: nowhere. */
  cut?: readonly CutSide[];
  /** Look at its parts, too: takes some times as long, and shows smaller things. Of models that `looksAtParts` alone. */
  multiScale?: boolean;
  /** What `study` learnt of the page. Absent: nothing. */
  studied?: unknown;
  signal: AbortSignal;
};

/** A page whose pixels can be read. */
export interface PageReader {
  readonly width: number;
  readonly height: number;
  /** The region in pixels of the page, scaled to `output` (default: its own size). */
  read(
    region: { x: number; y: number; width: number; height: number },
    output?: { width: number; height: number },
    signal?: AbortSignal,
  ): Promise<TilePicture>;
}

/**
 * A model that looks at tiles. What can be done before a tile has its place in flight is `encode`'s, so that the place is not held
 * meanwhile. `detect` throws `ModelError`, classified; it never retries by itself.
 */
export interface TileModel {
  readonly id: string;
  /** Side in pixels at which the model sees best; tiles up to twice this side are read as they are, larger ones at this side. */
  readonly inputSide: number;
  /** It looks at pixels as they are: smaller tiles would show it nothing more. Absent: they enlarge small things for it. */
  readonly seesOwnPixels?: true;
  /** It can look at the parts of a tile, too, each by itself: `multiScale` of a question. */
  readonly looksAtParts?: true;
  /** How many calls at once are useful where nothing else limits (embedded: the number of its worker threads). */
  readonly usefulConcurrency: number;
  /** Asking again costs nothing but a moment: it runs in this process. Absent: each call is paid for, in money or in somebody's limits. */
  readonly repeatsFreely?: true;
  /** False where it answers without looking: the tile's pixels are then not read. */
  readonly needsPixels?: boolean;
  /**
   * Learns from a page, before any of its tiles, what holds for all of it, so that no tile depends on how the page was cut. The result is
   * small, goes through JSON, and comes back with every question as `studied`. Absent: the model needs to know nothing.
   */
  study?(page: PageReader, context: { micronsPerPixel: number | null; signal: AbortSignal }): Promise<unknown>;
  /**
   * Learns from what people marked on the image, once for all of its pages; the result comes back with every question as `studied`, as that
   * of `study` does. Present: the model knows nothing without examples.
   */
  learn?(
    examples: Examples,
    context: { open: (page: number) => Promise<PageReader>; signal: AbortSignal },
  ): Promise<unknown>;
  encode(picture: TilePicture): Promise<EncodedTile>;
  detect(question: TileQuestion): Promise<TileReply>;
}

export type ModerationVerdict = {
  verdict: "pass" | "block";
  scores: Record<string, number>;
  model: string;
  reason: string | null;
  /** What a hosted judge took. */
  usage?: ModelUse;
};

/** Judges a picture. Fails closed: whatever goes wrong is a `block` with the reason, never an exception. */
export interface ModerationModel {
  readonly id: string;
  judge(picture: TilePicture, signal: AbortSignal): Promise<ModerationVerdict>;
}

/** The facts a scene is written from: all numbers come from here, i.e. from the database. */
export type SceneFacts = {
  imageName: string;
  width: number;
  height: number;
  /** Square millimetres or square metres on the ground, where known. */
  area: { value: number; unit: "mm²" | "m²" | "km²" } | null;
  /** Sides of a pixel, on a slide or in the middle of a scene, where known. */
  pixel: { width: number; height: number; unit: "µm" | "m" } | null;
  tiles: { total: number; done: number; failed: number; failedIndexes: number[] };
  findings: { id: string; label: string; score: number; box: Detection["box"] }[];
  /** All findings of the run, by label; `findings` may be a sample where there are very many. */
  counts: { label: string; count: number; meanScore: number }[];
};

/** A scene, and of a hosted model what passed between us and it, and what was cut of its words. */
type Described = { scene: Scene; usage: ModelUsage; exchange?: Exchange; cut?: SynthesisRecord["cut"] };

/** Writes the scene of a run. Every sentence cites findings or tiles; throws `ModelError`. */
export interface SynthesisModel {
  readonly id: string;
  describe(facts: SceneFacts, signal: AbortSignal): Promise<Described>;
}
