import { describe, expect, it } from "vitest";
import { PRESETS } from "#lib/core/presets/preset.ts";
import { resolveConfiguration } from "#lib/core/presets/resolve.ts";
import { hostedModels } from "./hosted-models.ts";
import { countTiles, formOf, presetFrom, presetOf, requestOf, tilingOf, withProposal } from "./new-run-request.ts";

const GENERAL = formOf(presetOf("general", PRESETS));

describe("the new-run form", () => {
  it.each(PRESETS.filter((preset) => preset.id !== "ask").map((preset) => preset.id))(
    "asks for exactly the preset %s where nothing is changed",
    (id) => {
      const made = requestOf(formOf(presetOf(id, PRESETS)));
      if ("error" in made) throw new Error(made.error);
      expect(resolveConfiguration(made.request, { pages: 1 })).toEqual(
        resolveConfiguration({ preset: id }, { pages: 1 }),
      );
    },
  );

  it("asks for the tiling that was proposed or typed, and leaves the preset its own", () => {
    const proposed = { ...GENERAL, ...withProposal({ tile: 384, overlap: 0.25, level: 1 }) };
    expect(requestOf(proposed)).toMatchObject({ request: { tiling: { tile: 384, overlap: 0.25, level: 1 } } });
    expect(requestOf(GENERAL)).not.toHaveProperty("request.tiling");
    expect(withProposal({ columns: 3, rows: 2, overlap: 0 })).toEqual({});
    const general = presetOf("general", PRESETS);
    expect(presetFrom(proposed, general, "Cars")).toMatchObject({ tiling: general.tiling });
  });

  it("reads classes, model and pace", () => {
    const made = requestOf({
      ...GENERAL,
      classes: " car, ,bus ",
      model: "openai-compatible:x",
      concurrency: "12",
    });
    expect(made).toMatchObject({ request: { classes: ["car", "bus"], model: "openai-compatible:x", concurrency: 12 } });
  });

  it("says what is wrong instead of sending it", () => {
    expect(requestOf({ ...GENERAL, tile: "3" })).toHaveProperty("error");
    expect(requestOf({ ...GENERAL, model: "nonsense" })).toHaveProperty("error");
    expect(tilingOf({ ...GENERAL, overlapPercent: 95 })).toBeNull();
  });

  it("counts the tiles, and not where they would be beyond all sense", () => {
    expect(countTiles({ width: 1000, height: 500 }, { tile: 500, overlap: 0 })).toBe(2);
    expect(countTiles({ width: 1_000_000, height: 1_000_000 }, { tile: 16, overlap: 0.9 })).toBeNull();
  });

  it("is kept as a preset with what it does not show", () => {
    const from = { ...presetOf("general", PRESETS), thresholds: { car: 0.7 } };
    const kept = presetFrom(
      { ...formOf(from), classes: "car, bus", tile: "512", tilingBy: "person" },
      from,
      "Cars and buses",
    );
    expect(kept).toMatchObject({
      title: "Cars and buses",
      model: from.model,
      classes: ["car", "bus"],
      tiling: { tile: 512, overlap: 0.2 },
      thresholds: { car: 0.7 },
      merge: from.merge,
    });
    expect(presetFrom(formOf(from), from, " ")).toHaveProperty("error");
  });

  it("keeps and asks for colours, thresholds, skip rules, merging and all models as they are edited", () => {
    const from = { ...presetOf("text", PRESETS), moderationModel: "local:nsfw", synthesisModel: "openai:o" };
    const form = {
      ...formOf(from),
      colours: { word: "#112233" },
      thresholds: { word: 0.4 },
      skipRules: ["light" as const],
      moderationModel: "",
      wholePicture: false,
      merge: { method: "nmm" as const, metric: "ios" as const, threshold: 0.4 },
    };
    const edited = {
      ...{ colours: { word: "#112233" }, thresholds: { word: 0.4 }, skipRules: ["light"] },
      ...{ moderationModel: null, synthesisModel: "openai:o", wholePicture: false },
      merge: { method: "nmm", metric: "ios", threshold: 0.4 },
    };
    expect(requestOf(form)).toMatchObject({ request: edited });
    expect(presetFrom(form, from, "Words")).toMatchObject({ ...edited, timeoutMs: from.timeoutMs });
    expect(requestOf({ ...form, synthesisModel: " " })).toMatchObject({ request: { synthesisModel: null } });
    expect(hostedModels({ ...form, moderationModel: "openai:m" }, from)).toEqual({
      seeing: ["openai:m"],
      all: ["openai:m", "openai:o"],
    });
  });
});
