import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import mergingVectors from "#lib/core/merging/merging.vectors.json" with { type: "json" };
import slicingVectors from "#lib/core/tiling/slicing.vectors.json" with { type: "json" };

const executable = join(import.meta.dirname, "../tessera");

function tessera(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(executable, args, { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  return { status, stdout, stderr };
}

const planSchema = z.strictObject({
  tiles: z.array(z.strictObject({ index: z.int(), x: z.int(), y: z.int(), width: z.int(), height: z.int() })),
});
const groupsSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      keeper: z.int(),
      merged: z.array(z.int()),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      score: z.number(),
      label: z.string(),
    }),
  ),
});

describe("tessera grid", () => {
  it.each(slicingVectors.slice(0, 4))("prints the plan of $width×$height by $tileSize", (vector) => {
    const { width, height, tileSize, overlap, tiles } = vector;
    const args = ["--width", width, "--height", height, "--tile", tileSize, "--overlap", overlap].map(String);
    const { status, stdout } = tessera(["grid", ...args]);
    expect(status).toBe(0);
    const plan = planSchema.parse(JSON.parse(stdout));
    expect(plan.tiles.map(({ x, y, width: w, height: h }) => [x, y, x + w, y + h])).toEqual(tiles);
  });

  it("prints a plan of columns × rows", () => {
    const { stdout } = tessera(["grid", "--width", "1000", "--height", "300", "--grid", "3x1", "--overlap", "0.1"]);
    expect(planSchema.parse(JSON.parse(stdout)).tiles.map(({ x, width }) => [x, width])).toEqual([
      [0, 350],
      [316, 368],
      [650, 350],
    ]);
  });

  it.each([
    [["--width", "10", "--height", "10"], "--tile or --grid"],
    [["--width", "10", "--height", "10", "--tile", "4", "--grid", "2x2"], "--tile or --grid"],
    [["--width", "0", "--height", "10", "--tile", "4"], "whole number"],
    [["--width", "10", "--height", "10", "--tile", "4", "--overlap", "1"], "less than 1"],
    [["--width", "10", "--height", "10", "--grid", "2"], "COLUMNSxROWS"],
    [["--width", "10", "--height", "10", "--grid", "20x2"], "cannot be cut"],
    [["--width", "9000000", "--height", "9000000", "--tile", "8"], "tiles; at most"],
    [["--height", "10", "--tile", "4"], "--width"],
  ])("says in one line what is wrong with %j", (args, reason) => {
    const { status, stdout, stderr } = tessera(["grid", ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(reason);
  });
});

describe("tessera merge", () => {
  const vector = mergingVectors.find(({ boxes }) => boxes.length > 50);
  const detections = (vector?.boxes ?? []).map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0, score, label]) => {
    return { box: [x1, y1, x2 - x1, y2 - y1], score, label: `class ${label}` };
  });

  it.each(Object.entries(vector?.results ?? {}))("groups as published by %s", (name, expected) => {
    const [method = "", metric = ""] = name.toLowerCase().replace("greedynmm", "greedy-nmm").split("/");
    const args = ["merge", "--method", method, "--metric", metric, "--threshold", String(vector?.threshold)];
    const { status, stdout } = tessera(args, JSON.stringify({ detections }));
    expect(status).toBe(0);
    const { groups } = groupsSchema.parse(JSON.parse(stdout));
    const keepers = groups.map(({ keeper }) => String(keeper)).sort();
    expect(keepers).toEqual(Object.keys(expected).sort());
  });

  it.each([
    ["", "not JSON"],
    ["{\n", "not JSON"],
    ["[]", "expected object"],
    ['{"detections":[{"box":[0,0,-1,1],"score":1,"label":"a"}]}', "detections.0.box.2"],
    ['{"detections":[{"box":[0,0,1e999,1],"score":1,"label":"a"}]}', "detections.0.box.2"],
    ['{"detections":[{"box":[0,0,1,1],"score":2,"label":"a"}]}', "detections.0.score"],
  ])("says in one line what is wrong with %j", (input, reason) => {
    const { status, stdout, stderr } = tessera(
      ["merge", "--method", "nmm", "--metric", "iou", "--threshold", "0.5"],
      input,
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(reason);
  });
});
