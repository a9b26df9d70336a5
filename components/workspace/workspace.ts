import type { Role } from "#lib/core/access/role.ts";
import type { Image } from "#lib/core/detection/image.ts";
import { NOTHING_DRAWN } from "../annotate/annotate-state.ts";
import { createShapeBook } from "../annotate/shape-book.ts";
import { comparisonState, NOTHING_COMPARED } from "../compare/comparison.ts";
import { createFindingTable } from "../findings/finding-table.ts";
import { createHitIndex } from "../findings/hit-index.ts";
import type { DenseTile } from "../findings/tile-loader.ts";
import type { Inspector } from "../merging/inspector.ts";
import { createLedger } from "../runs/ledger.ts";
import { createStore } from "../state/store.ts";
import type { Camera } from "../viewer/camera.ts";
import type { Look } from "../viewer/colours/look.ts";
import type { Address } from "../viewer/view-address.ts";
import { initialState } from "./workspace-state.ts";

/** How the picture shows the findings, and how many that pass the filter are in view. */
export type FindingSight = { shows: "boxes" | "density"; inView: number };

/** Everything that the parts of one image's workspace share. Actions on it are functions of their own beside it. */
export type Workspace = ReturnType<typeof createWorkspace>;

/** Makes the workspace of an image as `role` may use it. */
export function createWorkspace(
  image: Image,
  role: Role,
  start: { runId: string | null; findingId: string | null; page: number; look: Look } & Partial<
    Pick<Address, "beside" | "listing" | "compared">
  >,
  openPage: (page: number) => void,
) {
  const table = createFindingTable();
  const listPace: { timer: ReturnType<typeof setTimeout> | null; tookMs: number } = { timer: null, tookMs: 0 };
  const camera: { current: Camera | null } = { current: null };
  const dense: { tiles: () => Iterable<DenseTile> } = { tiles: () => [] };
  return {
    role,
    /** The page that is shown, 0-based. Another one is shown by a workspace of its own, which `openPage` asks for. */
    page: start.page,
    openPage,
    state: createStore({
      ...initialState(ofPage(image, start.page), start.runId, start.findingId),
      ...{ page: start.page, look: start.look, beside: start.beside ?? null },
      ...start.listing,
    }),
    table,
    shapes: createShapeBook(),
    annotate: createStore(NOTHING_DRAWN),
    hits: createHitIndex(table),
    ledger: createLedger(),
    /** When lists follow next, and what the last time took. */
    listPace,
    /** What the run is compared with, and what came of it. */
    comparison: createStore(comparisonState(start.compared ?? NOTHING_COMPARED)),
    /** The viewer's hand, once it stands. */
    camera,
    /** Rises whenever what is seen of the picture changes. */
    moved: createStore(0),
    /** Selects what lies beneath the selected finding where the pointer is; false where nothing does. */
    beneath: { select: (): boolean => false },
    /** What merging would make of what the tiles said, while that is looked at. */
    inspector: createStore<Inspector | null>(null),
    /** What the picture shows of the findings in sight: each, or how densely they lie. */
    sight: createStore<FindingSight>({ shows: "boxes", inView: 0 }),
    /** Tiles of which only the density is known. */
    dense,
  };
}

/** The image with the size of one of its pages. */
export function ofPage(image: Image, page: number): Image {
  const size = image.pageSizes[page];
  return size ? { ...image, width: size.width, height: size.height, levels: size.levels || null } : image;
}

/** Lists and counts follow a stream of changes at most this often, and take no more than a part of the page's time; the picture follows each. */
const LIST_PACE_MS = 200;
const LIST_SHARE = 1 / 8;

/** Tells everyone who shows findings that they changed: `now` by a person's hand, in a `live` stream of changes, or in the `picture` alone. */
export function touchFindings(workspace: Workspace, pace: "now" | "live" | "picture" = "now"): void {
  const { state, listPace } = workspace;
  if (pace === "now") {
    if (listPace.timer) clearTimeout(listPace.timer);
    listPace.timer = null;
    state.update((value) => ({
      ...value,
      findingsRevision: value.findingsRevision + 1,
      listRevision: value.listRevision + 1,
    }));
    return;
  }
  state.update((value) => ({ ...value, findingsRevision: value.findingsRevision + 1 }));
  if (pace === "picture") return;
  listPace.timer ??= setTimeout(
    () => {
      listPace.timer = null;
      state.update((value) => ({ ...value, listRevision: value.listRevision + 1 }));
    },
    Math.max(LIST_PACE_MS, listPace.tookMs / LIST_SHARE),
  );
}

/** Tells everyone who shows tiles that they changed. */
export function touchLedger(workspace: Workspace): void {
  workspace.state.update((state) => ({ ...state, ledgerRevision: state.ledgerRevision + 1 }));
}
