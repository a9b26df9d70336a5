import { expect, test } from "vitest";
import { runConfigurationSchema, runRequestSchema } from "../detection/run.ts";
import { PRESETS, presetBodySchema } from "./preset.ts";
import { findPreset, resolveConfiguration } from "./resolve.ts";

const resolve = (request: unknown, pages = 1) => resolveConfiguration(runRequestSchema.parse(request), { pages });

test("nothing asked for is the general preset, complete", () => {
  const configuration = resolve({}, 3);
  expect(runConfigurationSchema.parse(configuration)).toEqual(configuration);
  expect(configuration).toMatchObject({
    preset: "general",
    model: "local:centernet",
    synthesisModel: "local:synthesis",
    moderationModel: null,
    pages: [0, 1, 2],
    merge: { method: "greedy-nmm", metric: "ios", threshold: 0.5 },
    retry: { attempts: 5, timeoutMs: 60_000, backoffMs: 1000 },
    wholePicture: true,
    region: null,
  });
});

test("what is asked for wins over the preset", () => {
  const request = {
    preset: "vehicles",
    tiling: { columns: 3, rows: 2 },
    pages: [1, 0, 1],
    model: "openai:gpt-4o",
    classes: ["van", "van", "lorry"],
    prompt: " only parked ones ",
    minScore: 0,
    merge: { method: "nms", metric: "iou", threshold: 0.3 },
    retry: { attempts: 2 },
    wholePicture: false,
  };
  expect(resolve(request, 2)).toMatchObject({
    preset: "vehicles",
    tiling: { columns: 3, rows: 2, overlap: 0.2 },
    pages: [0, 1],
    model: "openai:gpt-4o",
    classes: ["van", "lorry"],
    prompt: "only parked ones",
    minScore: 0,
    merge: { method: "nms" },
    retry: { attempts: 2, timeoutMs: 60_000, backoffMs: 1000 },
    wholePicture: false,
  });
});

test("two scales are asked for, or come with the preset for its own model alone", () => {
  const presets = [{ ...findPreset("general"), id: "small", multiScale: true }];
  const small = (request: object) => resolveConfiguration({ preset: "small", ...request }, { pages: 1, presets });
  expect(resolve({})).not.toHaveProperty("multiScale");
  expect(resolve({ multiScale: true })).toMatchObject({ multiScale: true });
  expect(small({})).toMatchObject({ multiScale: true });
  expect(small({ multiScale: false })).not.toHaveProperty("multiScale");
  expect(small({ model: "openai:gpt-4o" })).not.toHaveProperty("multiScale");
});

test("presets of the installation are used with their version; who asks for another least score means all classes", () => {
  const general = findPreset("general");
  const presets = [{ ...general, id: "cars", title: "Cars and buses", version: 4, thresholds: { car: 0.8 } }];
  const cars = (request: object) => resolveConfiguration({ preset: "cars", ...request }, { pages: 1, presets });
  const resolved = cars({});
  expect(resolved).toMatchObject({ preset: "cars", presetVersion: 4, thresholds: { car: 0.8 } });
  // As it is called now: it may be renamed, or gone, when somebody looks at the run.
  expect(resolved.presetTitle).toBe("Cars and buses");
  expect(resolve({})).not.toHaveProperty("presetTitle");
  expect(cars({ minScore: general.minScore })).toMatchObject({ thresholds: { car: 0.8 } });
  expect(cars({ minScore: 0.9 })).not.toHaveProperty("thresholds");
  expect(cars({ thresholds: { bus: 0.3 } })).toMatchObject({ thresholds: { bus: 0.3 } });
});

test("every preset of the table resolves", () => {
  for (const preset of PRESETS) {
    expect(runConfigurationSchema.safeParse(resolve({ preset: preset.id, classes: ["car"] })).success).toBe(true);
  }
});

test("what cannot be done is refused with what to do", () => {
  expect(() => findPreset("birds")).toThrow(
    expect.objectContaining({ code: "bad-input", remedy: expect.stringContaining("general") }),
  );
  expect(() => findPreset("birds")).toThrow(/no preset "birds"/);
  expect(() => resolve({ pages: [0, 4] }, 4)).toThrow(/no page 4/);
  expect(() => resolve({ preset: "ask" })).toThrow(/asked for nothing/);
  expect(() => resolve({ preset: "ask", prompt: "red roofs" })).toThrow(/cannot follow a prompt/);
  expect(() => resolve({ escalationModel: "local:centernet" })).toThrow(/looks at the tiles already/);
  expect(() => resolve({ escalation: { share: 0.1 } })).toThrow(/no model to escalate to/);
  const halved = { tiling: { tile: 512, level: 1 } };
  expect(() => resolve({ preset: "trees", ...halved })).toThrow(/at full resolution/);
  expect(resolve({ preset: "nuclei", ...halved }).tiling).toEqual({ tile: 512, overlap: 0.2, level: 1 });
});

test("a stronger model comes with its rule; what is absent is the preset's, or the default", () => {
  expect(resolve({})).not.toHaveProperty("escalationModel");
  expect(resolve({ escalationModel: "openai:o" })).toMatchObject({
    escalationModel: "openai:o",
    escalation: { share: 0.2, band: [0, 0.6], dense: 50 },
  });
  const routed = { ...findPreset("general"), id: "routed", escalationModel: "openai:o", escalation: { dense: 9 } };
  const ask = (request: object) =>
    resolveConfiguration({ preset: "routed", ...request }, { pages: 1, presets: [routed] });
  expect(ask({ escalation: { share: 0.5 } })).toMatchObject({
    escalationModel: "openai:o",
    escalation: { share: 0.5, dense: 9 },
  });
  expect(ask({ escalationModel: null })).not.toHaveProperty("escalation");
});

test("what is empty is skipped unless it is asked for", () => {
  expect(resolve({}).skipBackground).toBe(true);
  expect(resolve({ skipBackground: false }).skipBackground).toBe(false);
  expect(resolve({ skipRules: ["noData", "light", "light"] })).not.toHaveProperty("skipRules");
  expect(resolve({ skipRules: ["noData"] }).skipRules).toEqual(["noData"]);
  expect(resolve({ skipRules: ["noData"], skipBackground: false })).not.toHaveProperty("skipRules");
});

test("colours, skip rules and moderation are the preset's unless the request says otherwise", () => {
  const own = {
    ...findPreset("general"),
    ...{ id: "own", colours: { car: "#102030" }, moderationModel: "local:nsfw", synthesisModel: "openai:o" },
    ...{ skipBackground: false, skipRules: ["light" as const] },
  };
  const ask = (request: object) =>
    resolveConfiguration(runRequestSchema.parse({ preset: "own", ...request }), { pages: 1, presets: [own] });
  expect(ask({})).toMatchObject({
    colours: { car: "#102030" },
    moderationModel: "local:nsfw",
    synthesisModel: "openai:o",
    skipBackground: false,
  });
  expect(ask({ skipBackground: true }).skipRules).toEqual(["light"]);
  const without = ask({ colours: {}, moderationModel: null, synthesisModel: null });
  expect(without).toMatchObject({ moderationModel: null, synthesisModel: "local:synthesis" });
  expect(without).not.toHaveProperty("colours");
  expect(runConfigurationSchema.parse(without)).toEqual(without);
});

test("a preset that was kept before it could hold colours, skip rules and a moderation model has the defaults", () => {
  const { colours, skipRules, skipBackground, moderationModel, id, version, ...former } = findPreset("blood");
  const defaults = { colours, skipRules, skipBackground, moderationModel };
  expect(defaults).toEqual({
    ...{ colours: {}, skipBackground: true, moderationModel: null },
    skipRules: ["light", "noData"],
  });
  expect(presetBodySchema.parse(former)).toEqual({ ...former, ...defaults });
});

test("a prompt goes to a hosted model", () => {
  const { prompt, classes } = resolve({ preset: "ask", prompt: "red roofs", model: "google:gemini" });
  expect({ prompt, classes }).toEqual({ prompt: "red roofs", classes: [] });
});
