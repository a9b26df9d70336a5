import { beforeEach, describe, expect, it } from "vitest";
import type { Image } from "#lib/core/detection/image.ts";
import { FIRST_LOOK } from "../viewer/colours/look.ts";
import { findingView } from "../workspace/finding-view.ts";
import { createWorkspace, type Workspace } from "../workspace/workspace.ts";
import { dropPicked, pick, pickThrough, pickWithin, togglePick } from "./pick.ts";
import { byStack, putAside, restack, showAside } from "./put-aside.ts";

const image = { id: "image", pages: 1, pageSizes: [{ width: 100, height: 100, levels: 1 }] } as unknown as Image;
const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

let workspace: Workspace;
const state = () => workspace.state.get();

/** Nine findings on a grid, ten pixels apart; the surest first in the list. */
beforeEach(() => {
  workspace = createWorkspace(
    image,
    "viewer",
    { runId: null, findingId: null, page: 0, look: FIRST_LOOK },
    () => undefined,
  );
  workspace.table.put(
    Array.from({ length: 9 }, (_, n) => ({
      id: id(n),
      box: [10 * (n % 3), 10 * Math.floor(n / 3), 4, 4] as const,
      label: n % 2 === 0 ? "car" : "bus",
      score: 0.9 - n / 20,
      review: "unreviewed" as const,
      version: 1,
      provisional: false,
    })),
    "snapshot",
  );
});

const ring = (left: number, top: number, right: number, bottom: number): [number, number][] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

describe("choosing several findings", () => {
  it("takes those whose middle lies inside, of what is shown", () => {
    pickWithin(workspace, ring(0, 0, 15, 15), false);
    expect([...state().picked]).toEqual([id(0), id(1), id(3), id(4)]);
    expect(state().selectedId).toBe(id(0));
    workspace.state.update((value) => ({
      ...value,
      filter: { ...value.filter, hiddenLabels: new Set(["bus"]) },
    }));
    pickWithin(workspace, ring(0, 0, 15, 15), false);
    expect([...state().picked]).toEqual([id(0), id(4)]);
    // A lasso is no rectangle.
    pickWithin(
      workspace,
      [
        [-1, -1],
        [30, -1],
        [-1, 30],
      ],
      false,
    );
    expect([...state().picked]).toEqual([id(0), id(2), id(4), id(6)]);
  });

  it("adds to those before where it is asked to, and one alone is simply selected", () => {
    pickWithin(workspace, ring(0, 0, 5, 5), false);
    expect([state().selectedId, state().picked.size]).toEqual([id(0), 0]);
    pickWithin(workspace, ring(18, 18, 30, 30), true);
    expect([...state().picked]).toEqual([id(0), id(8)]);
    togglePick(workspace, id(4));
    togglePick(workspace, id(0));
    expect([...state().picked]).toEqual([id(8), id(4)]);
    dropPicked(workspace);
    expect([state().picked.size, state().selectedId]).toEqual([0, id(8)]);
  });

  it("takes a range of the list", () => {
    pick(workspace, [id(2)], false);
    pickThrough(workspace, id(5));
    expect([...state().picked]).toEqual([2, 3, 4, 5].map(id));
    pickThrough(workspace, id(1));
    expect([...state().picked]).toEqual([1, 2].map(id));
  });

  it("refuses more than can be decided on at once, and keeps what was chosen", () => {
    pick(workspace, [id(1), id(2)], false);
    pick(
      workspace,
      Array.from({ length: 10_001 }, (_, n) => id(n)),
      false,
    );
    expect(state().picked.size).toBe(2);
  });
});

describe("single findings", () => {
  it("are put aside, out of list and counts, and come back", () => {
    pick(workspace, [id(3), id(4)], false);
    expect(putAside(workspace)).toBe(true);
    const { order, tally } = findingView(workspace);
    expect([order.length, tally.shown, tally.total]).toEqual([7, 7, 9]);
    // The eye goes on where it was.
    expect([state().selectedId, state().picked.size]).toEqual([id(5), 0]);
    showAside(workspace);
    expect(findingView(workspace).tally.shown).toBe(9);
    workspace.state.update((value) => ({ ...value, selectedId: null }));
    expect(putAside(workspace)).toBe(false);
  });

  it("are laid over others or beneath them", () => {
    const lying = [id(0), id(1), id(2)];
    expect(byStack(lying, state().stack)).toEqual(lying);
    pick(workspace, [id(2)], false);
    restack(workspace, "front");
    pick(workspace, [id(0)], false);
    restack(workspace, "back");
    expect(byStack(lying, state().stack)).toEqual([id(2), id(1), id(0)]);
  });
});
