import type { Finding } from "#lib/core/detection/finding.ts";
import type { Image } from "#lib/core/detection/image.ts";
import type { Run, Tiling } from "#lib/core/detection/run.ts";
import type { Tool } from "../annotate/annotate-state.ts";
import { EVERYTHING, type FindingFilter, type Tally } from "../findings/finding-filter.ts";
import type { Sort } from "../findings/finding-order.ts";
import { type Deeds, NO_DEEDS } from "../findings/undo-stack.ts";
import type { Write } from "../findings/write.ts";
import type { HeatMode } from "../runs/heat.ts";
import { FIRST_LOOK, type Look } from "../viewer/colours/look.ts";

/** `[x, y, width, height]` in level-0 pixels. */
export type Rectangle = readonly [x: number, y: number, width: number, height: number];

/** What stands beside the picture: a picture, and which of its runs; null: the latest. */
export type Beside = { imageId: string; runId: string | null };

/** What the tiles on the picture show: what they are doing, or what they took. */
type TileLayer = "state" | HeatMode;

export type Sheet =
  | "keys"
  | "palette"
  | "relabel"
  | "label-draft"
  | "comment"
  | "accept-many"
  | "new-run"
  | "scale"
  | "export"
  | "import"
  | "conflict"
  | null;

/** A change that was not saved, because somebody else had changed the finding first. */
export type Conflict = { write: Extract<Write, { kind: "change" }>; current: Finding };

/** How much of the findings is here. `partial`: the rest is on its way or, where there are too many, comes as it is looked at. */
type Loading = { state: "loading" | "partial" | "complete" | "failed"; total: number; error: string | null };

/** All that the workspace of one image shows, but for the findings and tiles themselves, which live in columns beside it. */
export type WorkspaceState = {
  image: Image;
  /** The page of the picture that is shown. */
  page: number;
  runs: readonly Run[];
  runsLoaded: boolean;
  /** The run whose findings are shown; null shows all of the image. */
  runId: string | null;
  /** Rise whenever the findings or the tiles have changed, so that what draws them draws again. */
  findingsRevision: number;
  listRevision: number;
  ledgerRevision: number;
  loading: Loading;
  /** Counts by the server, while not all findings are here. */
  counts: Tally | null;
  filter: FindingFilter;
  sort: Sort;
  /** The list goes class by class. */
  grouped: boolean;
  listedAs: "rows" | "crops";
  selectedId: string | null;
  hoveredId: string | null;
  /** Findings chosen together, two or more; the selected one is among them. */
  picked: ReadonlySet<string>;
  /** Findings that were laid over others (above 0) or beneath them, by this person, for themselves. */
  stack: ReadonlyMap<string, number>;
  tool: Tool;
  /** In review mode: one finding after the other. */
  reviewing: boolean;
  layers: { hidden: boolean; peek: boolean; grid: boolean; tiles: TileLayer; mask: boolean };
  look: Look;
  /** Whether the panel of colours is open. */
  colours: boolean;
  /** Another picture or run beside this one; null: none. */
  beside: Beside | null;
  panels: { left: boolean; right: boolean };
  /** The tiling that the new-run panel proposes, drawn over the picture. */
  preview: Tiling | null;
  sheet: Sheet;
  /** Files of findings that were chosen or dropped, to be brought in. */
  incoming: readonly File[];
  deeds: Deeds;
  /** Changes of this person's that somebody else's came before, with what the finding is now. */
  conflicts: readonly Conflict[];
  connected: boolean;
};

/** The workspace before anything is read. */
export function initialState(image: Image, runId: string | null, findingId: string | null): WorkspaceState {
  return {
    image,
    page: 0,
    runs: [],
    runsLoaded: false,
    runId,
    findingsRevision: 0,
    listRevision: 0,
    ledgerRevision: 0,
    loading: { state: "loading", total: 0, error: null },
    counts: null,
    filter: EVERYTHING,
    sort: "score",
    grouped: false,
    listedAs: "rows",
    selectedId: findingId,
    hoveredId: null,
    picked: new Set(),
    stack: new Map(),
    tool: "move",
    reviewing: false,
    layers: { hidden: false, peek: false, grid: true, tiles: "state", mask: false },
    look: FIRST_LOOK,
    colours: false,
    beside: null,
    panels: { left: true, right: true },
    preview: null,
    sheet: null,
    incoming: [],
    deeds: NO_DEEDS,
    conflicts: [],
    connected: true,
  };
}

/** Opens or closes a panel; where the page is narrow, one at a time, so that some of the picture stays in sight. */
export function togglePanel(
  panels: WorkspaceState["panels"],
  side: "left" | "right",
  wide: boolean,
): WorkspaceState["panels"] {
  const open = !panels[side];
  const others = wide ? panels : { left: false, right: false };
  return { ...others, [side]: open };
}

/** Shows or hides a class. */
export function toggleLabel(filter: FindingFilter, label: string): FindingFilter {
  const hiddenLabels = new Set(filter.hiddenLabels);
  if (!hiddenLabels.delete(label)) hiddenLabels.add(label);
  return { ...filter, hiddenLabels };
}

/** Shows one class alone, or all again where it is alone already. */
export function soloLabel(filter: FindingFilter, label: string, labels: readonly string[]): FindingFilter {
  const others = labels.filter((each) => each !== label);
  const alone = !filter.hiddenLabels.has(label) && others.every((each) => filter.hiddenLabels.has(each));
  return { ...filter, hiddenLabels: new Set(alone ? [] : others) };
}

/** Puts a run in its place among the runs, newest first. */
export function withRun(runs: readonly Run[], run: Run): readonly Run[] {
  const others = runs.filter((each) => each.id !== run.id);
  return [...others, run].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** Run that the page is about: the one chosen. */
export function chosenRun(state: WorkspaceState): Run | null {
  return state.runs.find((run) => run.id === state.runId) ?? null;
}

/** What comes in `order` after stepping from one of it; the first (or last) where that is not in it. */
export function stepFrom(order: Uint32Array, from: number | undefined, by: 1 | -1): number | null {
  const at = from === undefined ? -1 : order.indexOf(from);
  if (at === -1) return (by === 1 ? order[0] : order.at(-1)) ?? null;
  return order[Math.min(order.length - 1, Math.max(0, at + by))] ?? null;
}
