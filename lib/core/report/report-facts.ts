import type { RunEstimate } from "../api/review.ts";
import type { Finding, ReviewState } from "../detection/finding.ts";
import type { ImageScale } from "../detection/image.ts";
import type { RunConfiguration, RunFigures, RunState, Scene } from "../detection/run.ts";
import type { BoxNumbers } from "../geometry/shape.ts";

/** Findings of a class: rejected ones count as decided alone. Sides are the longer ones of boxes, in level-0 pixels. */
export type ClassFacts = {
  readonly label: string;
  readonly count: number;
  readonly meanScore: number | null;
  readonly accepted: number;
  readonly rejected: number;
  readonly unreviewed: number;
  readonly sidePx: { readonly p10: number; readonly p50: number; readonly p90: number } | null;
};

/** How many findings of each class lie in each of some bins, between `edges`. */
export type Distribution = {
  readonly edges: readonly number[];
  /** By label; `edges.length - 1` counts each. */
  readonly counts: ReadonlyMap<string, readonly number[]>;
  /** Findings beyond the last edge. */
  readonly above: number;
};

/** The findings of a page, each where they are few, else how many lie in each cell. */
export type PageFacts = {
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly boxes: readonly { readonly box: BoxNumbers; readonly label: string }[] | null;
  readonly cells: {
    readonly side: number;
    readonly counts: readonly { readonly column: number; readonly row: number; readonly count: number }[];
  } | null;
};

/** A drawn or imported area of the image, and what lies in it by the middle of its box. */
export type ZoneFacts = {
  readonly id: string;
  readonly label: string;
  readonly page: number;
  readonly source: "person" | "import";
  readonly areaPx: number;
  readonly counts: readonly { readonly label: string; readonly count: number }[];
};

export type ReportedFinding = {
  readonly id: string;
  readonly page: number;
  readonly box: BoxNumbers;
  readonly label: string;
  readonly score: number | null;
  readonly review: ReviewState;
  readonly text: string | null;
};

export type Reviewer = {
  readonly actor: string;
  readonly decided: number;
  readonly relabelled: number;
  readonly reshaped: number;
  readonly commented: number;
  readonly first: string;
  readonly last: string;
};

/** Which findings are shown with their crops. */
export const CROP_CHOICES = ["top", "accepted", "sample"] as const;
export type CropChoice = (typeof CROP_CHOICES)[number];

/** What of the findings a report tells of; what is absent narrows nothing. Sides are the longer ones, in pixels. */
type Narrowed = {
  readonly label?: readonly string[] | undefined;
  readonly minScore?: number | undefined;
  /** Of classes that have one of their own, in place of `minScore`. */
  readonly labelScores?: Readonly<Record<string, number>> | undefined;
  readonly page?: number | undefined;
  readonly source?: Finding["source"] | undefined;
  readonly minSide?: number | undefined;
  readonly maxSide?: number | undefined;
};

/** All that a report tells of a run, as read from the database in one snapshot. Lengths in level-0 pixels, instants in ISO 8601. */
export type ReportFacts = {
  readonly heading: string;
  readonly asOf: string;
  readonly image: {
    readonly id: string;
    readonly name: string;
    readonly sha256: string | null;
    readonly bytes: number | null;
    readonly format: string | null;
    readonly pages: readonly { readonly width: number; readonly height: number }[];
    readonly scale: ImageScale | null;
    readonly magnification: number | null;
    /** Sides of a pixel in metres; null where the scale is not known. */
    readonly pixelMetres: { readonly width: number; readonly height: number } | null;
  };
  readonly run: {
    readonly id: string;
    readonly state: RunState;
    readonly reason: string | null;
    readonly configuration: RunConfiguration;
    readonly presetTitle: string;
    readonly createdBy: string;
    readonly createdAt: string;
    readonly startedAt: string | null;
    readonly finishedAt: string | null;
    readonly concurrency: number;
    readonly throttled: number;
    readonly figures: RunFigures;
    readonly scene: Scene | null;
  };
  /** What narrows the findings that are told of. */
  readonly narrowed: Narrowed;
  readonly tiles: {
    /** Skipped as they hold nothing. */
    readonly background: number;
    /** Pixels that tiles that are done, or hold nothing, cover. */
    readonly seenPx: number;
    /** Pixels that were to be looked at: the region, or the pages. */
    readonly wantedPx: number;
    readonly models: readonly { readonly model: string; readonly tiles: number }[];
    readonly missing: readonly {
      readonly index: number;
      readonly page: number;
      readonly box: BoxNumbers;
      readonly state: "failed" | "skipped";
      readonly attempts: number;
      readonly error: string | null;
    }[];
    readonly missingCount: number;
  };
  readonly classes: readonly ClassFacts[];
  readonly sizes: Distribution | null;
  readonly scores: Distribution | null;
  readonly pages: readonly PageFacts[];
  /** How many pages with findings are not among `pages`. */
  readonly pagesLeftOut: number;
  readonly zones: readonly ZoneFacts[];
  readonly zonesLeftOut: number;
  /** Precision and recall as far as people have looked for them. */
  readonly estimate: RunEstimate;
  readonly reviewers: readonly Reviewer[];
  readonly crops: { readonly choice: CropChoice; readonly findings: readonly ReportedFinding[] };
  readonly transcripts: readonly { readonly page: number; readonly lines: readonly string[] }[];
  readonly transcriptsLeftOut: number;
};
