import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Image } from "#lib/core/detection/image.ts";
import type { FindingRow } from "../findings/finding-table.ts";
import { memoryStorage } from "../findings/memory-storage.ts";
import { pick } from "../pick/pick.ts";
import { putAside, restack, showAside } from "../pick/put-aside.ts";
import { FIRST_LOOK } from "../viewer/colours/look.ts";
import { createWorkspace, type Workspace } from "../workspace/workspace.ts";
import { createReview, type Review } from "./review-session.ts";

const IMAGE = "01a21d47-a78a-7000-bc45-b115ea04349f";
const image = { id: IMAGE, pages: 1, pageSizes: [{ width: 100, height: 100, levels: 1 }] } as unknown as Image;
const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

let storage: ReturnType<typeof memoryStorage>;
/** Bodies of what was asked of the server, with the last part of its path. */
let asked: [string, { undo: string; as?: string }][];
let workspace: Workspace;
let review: Review;

/** A page with three findings, as it is when it is opened. */
function open(): void {
  const start = { runId: null, findingId: null, page: 0, look: FIRST_LOOK };
  workspace = createWorkspace(image, "reviewer", start, () => undefined);
  const row = { label: "car", score: 0.5, review: "unreviewed" as const, version: 1, provisional: false };
  const rows = [0, 1, 2].map((n) => ({ ...row, id: id(n), box: [10 * n, 0, 20, 4] satisfies FindingRow["box"] }));
  workspace.table.put(rows, "snapshot");
  review = createReview(workspace, storage, "ann");
}

beforeEach(() => {
  storage = memoryStorage();
  asked = [];
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body));
    asked.push([path.split("/").at(-1) ?? "", body]);
    const headers = { "content-type": "application/json" };
    return new Response(JSON.stringify({ count: 2, undo: body.as ?? body.undo }), { headers });
  });
  open();
});
afterEach(() => {
  review.stop();
  vi.unstubAllGlobals();
});

const aside = (): string[] => [...workspace.state.get().filter.hiddenIds];
const heights = (): [string, number][] => [...workspace.state.get().stack];

it("takes a decision over many back, and that back again, each by the name of the one before", async () => {
  const request = { imageId: IMAGE, filter: { ids: [id(0), id(1)] }, change: { review: "accepted" as const } };
  review.decideOnMany(request, "2 findings accepted");
  review.undo();
  review.redo();
  review.undo();
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  expect(asked.map(([what]) => what)).toEqual(["bulk", "undo", "undo", "undo"]);
  const [made, ...turns] = asked.map(([, body]) => body);
  expect(turns.map(({ undo }) => undo)).toEqual([made?.undo, turns[0]?.as, turns[1]?.as]);
  expect(new Set(turns.map(({ as }) => as)).size).toBe(3);
});

it("takes back what was put aside and how findings lie, does it again, and keeps both for the next time", () => {
  pick(workspace, [id(0), id(1)], false);
  putAside(workspace);
  showAside(workspace);
  expect(aside()).toEqual([]);
  review.undo();
  expect(aside()).toEqual([id(0), id(1)]);
  review.undo();
  expect(aside()).toEqual([]);
  review.redo();
  pick(workspace, [id(2)], false);
  restack(workspace, "front");
  restack(workspace, "back");
  expect(heights()).toEqual([[id(2), -1]]);
  expect(review.undo()).toBe(id(2));
  expect(heights()).toEqual([[id(2), 1]]);

  review.stop();
  open();
  expect([aside(), heights()]).toEqual([[id(0), id(1)], [[id(2), 1]]]);
  review.redo();
  expect(heights()).toEqual([[id(2), -1]]);
  for (const _step of [1, 2, 3]) review.undo();
  expect([aside(), heights()]).toEqual([[], []]);
});
