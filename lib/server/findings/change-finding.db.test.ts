import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { newFindingSchema } from "#lib/core/detection/finding.ts";
import { VersionConflict } from "#lib/core/detection/version-conflict.ts";
import { uuidv7 } from "#lib/uuid.ts";
import type { Principal } from "../access/principal.ts";
import { decideOnMany, undoDecision } from "./bulk-findings.ts";
import { changeFinding, removeFinding, restoreFinding } from "./change-finding.ts";
import { addComment, readComments, readHistory } from "./discuss-finding.ts";
import { drawFinding } from "./draw-finding.ts";
import { detect, events, imageWithRun } from "./finding-fixtures.ts";
import { readFinding } from "./read-findings.ts";

freshDatabase();

const ann: Principal = { id: "person:ann", actor: "ann@example.org", role: "reviewer", kind: "session" };
const bob: Principal = { id: "person:bob", actor: "bob@example.org", role: "reviewer", kind: "session" };
const olga: Principal = { id: "person:olga", actor: "olga@example.org", role: "operator", kind: "session" };

describe("a decision", () => {
  it("is kept with both states, and told to viewers in the same breath", async () => {
    const place = await imageWithRun();
    const [id = ""] = await detect(place, [{ label: "car" }]);
    const accepted = await changeFinding(id, { review: "accepted" }, 1, ann);
    expect(accepted).toMatchObject({ review: "accepted", version: 2, provisional: true });
    const relabelled = await changeFinding(id, { label: "bus", review: "accepted" }, 2, bob);
    expect(relabelled).toMatchObject({ label: "bus", modelLabel: "car", version: 3 });
    expect(await readHistory(id)).toMatchObject([
      { actor: ann.actor, action: "review", before: { review: "unreviewed" }, after: { review: "accepted" } },
      { actor: bob.actor, action: "relabel", before: { label: "car" }, after: { label: "bus" } },
    ]);
    expect(await events(place.imageId)).toMatchObject([
      { kind: "findings", added: [{ id, review: "accepted", version: 2 }] },
      { kind: "findings", added: [{ id, label: "bus", version: 3 }] },
    ]);
  });

  it("on an older version is refused, with what the finding is now", async () => {
    const [id = ""] = await detect(await imageWithRun(), [{}]);
    await changeFinding(id, { review: "accepted" }, 1, ann);
    const late = changeFinding(id, { review: "rejected" }, 1, bob);
    await expect(late).rejects.toThrow(VersionConflict);
    await expect(late).rejects.toMatchObject({ status: 412, current: { review: "accepted", version: 2 } });
    expect(await changeFinding(id, { review: "rejected" }, null, bob)).toMatchObject({
      review: "rejected",
      version: 3,
    });
  });

  it("of many who decide at once on one version stands for one alone", async () => {
    const [id = ""] = await detect(await imageWithRun(), [{}]);
    const attempts = await Promise.allSettled(
      ["a", "b", "c", "d", "e"].map((label) => changeFinding(id, { label }, 1, ann)),
    );
    expect(attempts.filter((attempt) => attempt.status === "fulfilled")).toHaveLength(1);
    expect((await readFinding(id)).version).toBe(2);
    expect(await readHistory(id)).toHaveLength(1);
  });

  it("that changes nothing is none", async () => {
    const place = await imageWithRun();
    const [id = ""] = await detect(place, [{}]);
    expect(await changeFinding(id, { review: "unreviewed", label: "car" }, 1, ann)).toMatchObject({ version: 1 });
    expect(await events(place.imageId)).toEqual([]);
  });

  it("on the shape takes the box of a new outline, and drops the outline for a new box", async () => {
    const [id = ""] = await detect(await imageWithRun(), [{}]);
    const geometry = {
      type: "Polygon" as const,
      coordinates: [
        [
          [5, 5],
          [15, 5],
          [10, 25],
          [5, 5],
        ] as [number, number][],
      ],
    };
    expect(await changeFinding(id, { geometry }, 1, ann)).toMatchObject({ box: [5, 5, 10, 20], geometry });
    expect(await changeFinding(id, { box: [1, 2, 3, 4] }, 2, ann)).toMatchObject({ box: [1, 2, 3, 4], geometry: null });
    const { rows } = await pool().query("SELECT reshaped FROM findings WHERE id = $1", [id]);
    expect(rows).toEqual([{ reshaped: true }]);
  });
});

describe("a change that is sent again because its answer was lost", () => {
  const sampled = false;

  it("is not made again, though the finding has moved on since", async () => {
    const [id = ""] = await detect(await imageWithRun(), [{}]);
    const writeId = uuidv7();
    await changeFinding(id, { review: "accepted" }, 1, ann, { writeId, sampled });
    await changeFinding(id, { review: "rejected" }, 2, bob);
    const again = await changeFinding(id, { review: "accepted" }, 1, ann, { writeId, sampled });
    expect(again).toMatchObject({ review: "rejected", version: 3 });
    expect(await readHistory(id)).toHaveLength(2);
    // Under the name of somebody else's change it is a change of its own.
    expect(await changeFinding(id, { review: "accepted" }, 3, bob, { writeId, sampled })).toMatchObject({ version: 4 });
  });

  it("leaves one drawing, one removal, one remark, one decision over many", async () => {
    const place = await imageWithRun();
    const [first = ""] = await detect(place, [{}, {}]);
    const id = uuidv7();
    const drawn = newFindingSchema.parse({ id, imageId: place.imageId, box: [1, 1, 5, 5], label: "tree" });
    expect((await drawFinding(drawn, ann.actor)).id).toBe(id);
    expect((await drawFinding(drawn, ann.actor)).version).toBe(1);
    await expect(drawFinding(drawn, bob.actor)).rejects.toMatchObject({ status: 409 });

    const note = { writeId: uuidv7(), sampled };
    await removeFinding(id, 1, ann, note);
    await removeFinding(id, 1, ann, note);
    const back = { writeId: uuidv7(), sampled };
    await restoreFinding(id, ann, back);
    expect(await restoreFinding(id, ann, back)).toMatchObject({ version: 3 });

    const remark = { id: uuidv7(), text: "look" };
    expect(await addComment(first, remark, ann.actor)).toEqual(await addComment(first, remark, ann.actor));
    await expect(addComment(first, remark, bob.actor)).rejects.toMatchObject({ status: 409 });
    expect(await readComments(first)).toHaveLength(1);

    const undo = uuidv7();
    const many = { imageId: place.imageId, filter: { review: "unreviewed" as const }, undo };
    const change = { review: "accepted" as const };
    expect(await decideOnMany({ ...many, change }, ann)).toEqual({ count: 2, undo });
    await detect(place, [{}]);
    expect(await decideOnMany({ ...many, change }, ann)).toEqual({ count: 2, undo });
    const as = uuidv7();
    expect(await undoDecision(undo, ann.actor, as)).toEqual({ count: 2, undo: as });
    expect(await undoDecision(undo, ann.actor, as)).toEqual({ count: 2, undo: as });
  });
});

describe("a locked finding", () => {
  it("is decided on, but neither reshaped nor removed", async () => {
    const { imageId } = await imageWithRun();
    const { id } = await drawFinding(newFindingSchema.parse({ imageId, box: [1, 1, 5, 5], label: "tree" }), ann.actor);
    expect(await changeFinding(id, { locked: true }, 1, ann)).toMatchObject({ locked: true, version: 2 });
    await expect(changeFinding(id, { box: [2, 2, 5, 5] }, 2, ann)).rejects.toMatchObject({ status: 409 });
    await expect(removeFinding(id, 2, ann)).rejects.toMatchObject({ status: 409 });
    expect(await changeFinding(id, { label: "oak" }, 2, ann)).toMatchObject({ label: "oak" });
    expect(await changeFinding(id, { locked: false, box: [2, 2, 5, 5] }, 3, ann)).toMatchObject({ box: [2, 2, 5, 5] });
  });
});

describe("a drawn finding", () => {
  const draw = (imageId: string, change: object = {}) =>
    drawFinding(newFindingSchema.parse({ imageId, box: [10, 10, 50, 50], label: "tree", ...change }), ann.actor);

  it("counts as accepted, and is its drawer's to remove and bring back", async () => {
    const { imageId } = await imageWithRun();
    const drawn = await draw(imageId);
    expect(drawn).toMatchObject({ source: "person", review: "accepted", score: null, version: 1, members: [] });
    await expect(removeFinding(drawn.id, 1, bob)).rejects.toMatchObject({ status: 403 });
    await removeFinding(drawn.id, 1, ann);
    await expect(readFinding(drawn.id)).rejects.toMatchObject({ status: 404 });
    expect(await restoreFinding(drawn.id, ann)).toMatchObject({ id: drawn.id, version: 3 });
    await removeFinding(drawn.id, null, olga);
    expect((await events(imageId)).map((event) => event["removed"])).toEqual([[], [drawn.id], [], [drawn.id]]);
  });

  it("may be a point, a line or an ellipse, and stays one", async () => {
    const { imageId } = await imageWithRun();
    const point = { type: "Point", coordinates: [5, 6] };
    expect(await draw(imageId, { box: [5, 6, 0, 0], geometry: point })).toMatchObject({ geometry: point });
    const line = {
      type: "LineString",
      coordinates: [
        [5, 6],
        [50, 6],
      ],
    };
    expect(await draw(imageId, { geometry: line })).toMatchObject({ geometry: line, box: [5, 6, 45, 0] });
    const ring = [
      [0, 5],
      [5, 0],
      [10, 5],
      [5, 10],
      [0, 5],
    ];
    const ellipse = { type: "Polygon", coordinates: [ring], isEllipse: true };
    const { id } = await draw(imageId, { geometry: ellipse });
    expect((await readFinding(id)).geometry).toEqual(ellipse);
  });

  it("must lie on the picture and, if at all, on a run of it", async () => {
    const { imageId } = await imageWithRun();
    const other = await imageWithRun();
    await expect(draw(imageId, { box: [200_000, 0, 10, 10] })).rejects.toThrow("outside the picture");
    await expect(draw(imageId, { page: 3 })).rejects.toThrow("no page 3");
    await expect(draw(imageId, { runId: other.runId })).rejects.toThrow("no such run");
    await expect(draw(uuidv7())).rejects.toMatchObject({ status: 404 });
  });
});

describe("a decision over a filter", () => {
  it("changes what fits, and is taken back from what nobody has changed since", async () => {
    const place = await imageWithRun();
    const [low = "", high = "", other = ""] = await detect(place, [
      { label: "car", score: 0.8 },
      { label: "car", score: 0.9 },
      { label: "bus", score: 0.9 },
    ]);
    const request = { imageId: place.imageId, filter: { label: ["car"] }, change: { review: "accepted" as const } };
    const { count, undo } = await decideOnMany(request, ann);
    expect(count).toBe(2);
    expect(await readFinding(other)).toMatchObject({ review: "unreviewed", version: 1 });
    expect(await decideOnMany(request, ann)).toMatchObject({ count: 0 });

    await changeFinding(high, { review: "rejected" }, 2, bob);
    expect(await undoDecision(undo, bob.actor)).toMatchObject({ count: 0 });
    expect(await undoDecision(undo, ann.actor)).toMatchObject({ count: 1 });
    expect(await readFinding(low)).toMatchObject({ review: "unreviewed", version: 3 });
    expect(await readFinding(high)).toMatchObject({ review: "rejected", version: 3 });
    expect((await readHistory(low)).map((entry) => entry.action)).toEqual(["bulk", "bulk-undo"]);
  });

  it("removes what a person drew and rejects what a model found, and both are taken back at once", async () => {
    const place = await imageWithRun();
    const [found = ""] = await detect(place, [{}]);
    const drawn = async ({ actor }: Principal) =>
      (
        await drawFinding(
          { imageId: place.imageId, runId: null, page: 0, box: [1, 1, 5, 5], geometry: null, label: "car" },
          actor,
        )
      ).id;
    const [own, other, locked] = [await drawn(ann), await drawn(bob), await drawn(ann)];
    await changeFinding(locked, { locked: true }, 1, ann);
    const before = (await events(place.imageId)).length;
    const request = {
      imageId: place.imageId,
      filter: { ids: [found, own, other, locked] },
      change: { remove: true as const },
    };
    const { count, undo } = await decideOnMany(request, ann);
    expect(count).toBe(2);
    expect(await readFinding(found)).toMatchObject({ review: "rejected" });
    await expect(readFinding(own)).rejects.toMatchObject({ status: 404 });
    for (const kept of [other, locked]) expect(await readFinding(kept)).toMatchObject({ review: "accepted" });
    const told = (await events(place.imageId)).slice(before);
    expect(told.flatMap((event) => event["removed"])).toEqual([own]);

    const back = await undoDecision(undo, ann.actor);
    expect(back.count).toBe(2);
    expect(await readFinding(found)).toMatchObject({ review: "unreviewed" });
    expect(await readFinding(own)).toMatchObject({ review: "accepted", version: 3 });

    // The taking back is taken back, and that again.
    expect(await undoDecision(back.undo, bob.actor)).toMatchObject({ count: 0 });
    const again = await undoDecision(back.undo, ann.actor);
    expect(again.count).toBe(2);
    expect(await readFinding(found)).toMatchObject({ review: "rejected", version: 4 });
    await expect(readFinding(own)).rejects.toMatchObject({ status: 404 });
    expect((await events(place.imageId)).at(-1)).toMatchObject({ removed: [own] });
    expect((await undoDecision(again.undo, ann.actor)).count).toBe(2);
    expect(await readFinding(own)).toMatchObject({ review: "accepted", version: 5 });
  });

  it("on many tells viewers of each, in parts", async () => {
    const place = await imageWithRun();
    await detect(
      place,
      Array.from({ length: 300 }, () => ({})),
    );
    const change = { review: "rejected" as const };
    expect(await decideOnMany({ imageId: place.imageId, filter: {}, change }, ann)).toMatchObject({ count: 300 });
    const told = await events(place.imageId);
    expect(told.map((event) => [event["reset"], (event["added"] as unknown[]).length])).toEqual([
      [false, 200],
      [false, 100],
    ]);
  });
});

describe("remarks", () => {
  it("stand in order with who made them", async () => {
    const [id = ""] = await detect(await imageWithRun(), [{}]);
    await addComment(id, { text: "a lorry?" }, ann.actor);
    await addComment(id, { text: "no, a bus" }, bob.actor);
    expect(await readComments(id)).toMatchObject([
      { text: "a lorry?", actor: ann.actor },
      { text: "no, a bus", actor: bob.actor },
    ]);
    await expect(addComment(uuidv7(), { text: "?" }, ann.actor)).rejects.toMatchObject({ status: 404 });
  });
});
