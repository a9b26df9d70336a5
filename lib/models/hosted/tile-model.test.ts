import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { ModelError } from "#lib/core/errors.ts";
import { modelCallCounts, tileModel } from "../registry.ts";
import type { ProviderSettings } from "../settings.ts";
import type { TileModel } from "../types.ts";

const none = { openai: undefined, anthropic: undefined, google: undefined, gateway: undefined };
let provider: FakeProvider;
let settings: ProviderSettings;

beforeAll(async () => {
  provider = await startFakeProvider();
  settings = {
    keys: { ...none, openaiCompatible: { baseUrl: provider.url, apiKey: "test-key" } },
    prices: { "openai-compatible:fake": { inputPerMillion: 10, outputPerMillion: 100 } },
  };
});
afterAll(() => provider.close());

const picture = { data: new Uint8Array(200 * 100 * 3).fill(90), width: 200, height: 100 };

/** Asks as the engine does: first encodes, then asks. */
async function detect(
  model: TileModel,
  question: { classes: string[]; prompt: string | null; minScore: number; signal: AbortSignal },
) {
  return await model.detect({ picture: await model.encode(picture), ...question });
}

async function look(behaviour: FakeBehaviour | FakeBehaviour[], options: { timeoutMs?: number; model?: string } = {}) {
  const script = [behaviour].flat();
  let at = 0;
  provider.set({ behaviour: () => script[Math.min(at++, script.length - 1)] ?? { kind: "ok" } });
  const before = provider.calls;
  const model = tileModel(options.model ?? "openai-compatible:fake", settings);
  const signal = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const question = { classes: ["Car"], prompt: "what drives", minScore: 0.3, signal };
  const outcome = await detect(model, question).catch((error: unknown) => error);
  return { outcome, calls: provider.calls - before };
}

async function failure(behaviour: FakeBehaviour | FakeBehaviour[], options: { timeoutMs?: number } = {}) {
  const { outcome, calls } = await look(behaviour, options);
  if (!(outcome instanceof ModelError)) throw new Error(`expected a ModelError, got ${JSON.stringify(outcome)}`);
  return { error: outcome, calls };
}

const found = (label: string, score: number, box_2d: [number, number, number, number]) => ({ label, score, box_2d });

describe("a reply", () => {
  test("becomes detections in tile pixels, clipped, spelled as asked, above the score; with usage and cost", async () => {
    provider.set({
      detections: [
        found("car", 0.9, [100, 500, 300, 1200]),
        found("bird", 0.8, [0, 0, 500, 500]),
        found("car", 0.2, [0, 0, 500, 500]),
        found("car", 0.9, [500, 500, 500, 900]),
      ],
    });
    const { outcome, calls } = await look({ kind: "ok" });
    expect(calls).toBe(1);
    expect(outcome).toMatchObject({
      detections: [
        { label: "Car", score: 0.9, box: [100, 10, 100, 20] },
        { label: "bird", score: 0.8, box: [0, 0, 100, 50] },
      ],
      usage: { inputTokens: 100, outputTokens: 20 },
    });
    expect(outcome).toHaveProperty("usage.cost", expect.closeTo(0.003, 9));
  });

  test("in a code fence amid prose is read", async () => {
    const text = 'Here [you] are:\n```json\n{"detections":[{"label":"car","score":0.5,"box_2d":[0,0,1000,1000]}]}\n```';
    const { outcome, calls } = await look({ kind: "text", text });
    expect(calls).toBe(1);
    expect(outcome).toMatchObject({ detections: [{ box: [0, 0, 200, 100] }] });
  });

  test("that is nonsense is repaired once, and both calls are counted and paid for", async () => {
    const counted = () => modelCallCounts().find(({ model }) => model === "openai-compatible:fake")?.calls ?? 0;
    const before = counted();
    const { outcome, calls } = await look([{ kind: "nonsense" }, { kind: "ok" }]);
    expect(calls).toBe(2);
    expect(counted() - before).toBe(2);
    expect(outcome).toMatchObject({ usage: { inputTokens: 200, outputTokens: 40 } });
  });

  test.each([
    ["nonsense", { kind: "nonsense" }, 2],
    ["empty", { kind: "empty" }, 2],
    ["of another shape", { kind: "text", text: '{"detections":[{"label":"car","score":7,"box_2d":[1,2,3]}]}' }, 2],
    ["cut off, yet said to be whole", { kind: "text", text: '{"detections":[{"label":"car","score":1,' }, 2],
    ["cut off", { kind: "truncated" }, 1],
    ["a refusal", { kind: "refusal" }, 1],
  ] satisfies [string, FakeBehaviour, number][])("that stays %s fails the tile", async (_, behaviour, expected) => {
    const { error, calls } = await failure(behaviour);
    expect(error.kind).toBe("tile-fatal");
    expect(calls).toBe(expected);
  });

  test("of Qwen2.5-VL is asked for and read in pixels of the picture it got", async () => {
    const text = '{"detections":[{"label":"car","score":0.9,"bbox_2d":[98,56,196,112]}]}';
    const { outcome } = await look({ kind: "text", text }, { model: "openai-compatible:qwen2.5vl:7b" });
    // 200×100 was sent as 196×112: multiples of 28.
    expect(outcome).toMatchObject({ detections: [{ box: [100, 50, 100, 50] }] });
  });

  test("is asked for without a schema where the server takes none", async () => {
    let refused = 0;
    provider.set({
      behaviour: ({ body }) => {
        if (typeof body !== "object" || body === null || !("response_format" in body)) return { kind: "ok" };
        refused++;
        return { kind: "status", status: 400, message: "response_format json_schema is not supported" };
      },
    });
    const model = tileModel("openai-compatible:plain", settings);
    const question = { classes: [], prompt: null, minScore: 0, signal: AbortSignal.timeout(10_000) };
    await detect(model, question);
    await detect(model, question);
    expect(refused).toBe(1);
  });
});

describe("a failure", () => {
  test("429 and overload are throttled, with the provider's own wish", async () => {
    const headers = { "retry-after": "7" };
    expect((await failure({ kind: "status", status: 429, headers })).error).toMatchObject({
      kind: "throttled",
      retryAfterMs: 7000,
      httpStatus: 429,
    });
    expect((await failure({ kind: "status", status: 503 })).error).toMatchObject({ kind: "throttled" });
    expect((await failure({ kind: "status", status: 529 })).error.retryAfterMs).toBeUndefined();
  });

  test("is never tried again by the adapter", async () => {
    expect((await failure({ kind: "status", status: 500 })).calls).toBe(1);
    expect((await failure({ kind: "status", status: 429 })).calls).toBe(1);
    expect((await failure({ kind: "reset" })).calls).toBe(1);
  });

  test.each([408, 500, 502, 504])("%i is transient", async (status) => {
    expect((await failure({ kind: "status", status })).error).toMatchObject({ kind: "transient", httpStatus: status });
  });

  test.each([400, 413, 422])("%i fails the tile", async (status) => {
    expect((await failure({ kind: "status", status })).error.kind).toBe("tile-fatal");
  });

  test.each([401, 402, 403, 404])("%i stops the run and says what to do", async (status) => {
    const { error } = await failure({ kind: "status", status, message: "bad key sk-abcdefghijklmnop" });
    expect(error.kind).toBe("run-fatal");
    expect(error.remedy).toMatch(/key/);
    expect(error.message).not.toContain("abcdefgh");
  });

  test.each([
    [400, "This model does not support image input"],
    [404, "No endpoints found that support image input"],
    [422, "Failed to deserialize: unknown variant `image_url`, expected `text`"],
    [500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"],
  ])("%i of a model without eyes stops the run and says to choose another", async (status, message) => {
    const { error } = await failure({ kind: "status", status, message });
    expect(error).toMatchObject({ kind: "run-fatal", remedy: "choose a model that looks at pictures" });
  });

  test("a picture that is refused is the tile's own", async () => {
    const message = "Could not process image: it is too small";
    expect((await failure({ kind: "status", status: 400, message })).error.kind).toBe("tile-fatal");
  });

  test("an exhausted quota stops the run although it comes as 429", async () => {
    const message = "You exceeded your current quota, please check your plan and billing details";
    expect((await failure({ kind: "status", status: 429, message })).error.kind).toBe("run-fatal");
  });

  test("a cut connection, an empty body and a hang are transient; a hang ends with its signal", async () => {
    expect((await failure({ kind: "reset" })).error.kind).toBe("transient");
    expect((await failure({ kind: "empty-body" })).error.kind).toBe("transient");
    const { error } = await failure({ kind: "hang" }, { timeoutMs: 200 });
    expect(error).toMatchObject({ kind: "transient", message: expect.stringContaining("in time") });
  });

  test("a closed port is transient, a missing key, address or provider stops the run", async () => {
    const dead = await startFakeProvider();
    await dead.close();
    const question = { classes: [], prompt: null, minScore: 0, signal: AbortSignal.timeout(5000) };
    const gone = { keys: { ...none, openaiCompatible: { baseUrl: dead.url, apiKey: undefined } } };
    await expect(detect(tileModel("openai-compatible:x", gone), question)).rejects.toMatchObject({ kind: "transient" });
    const bare: ProviderSettings = { keys: { ...none, openaiCompatible: undefined } };
    for (const id of ["openai:gpt", "anthropic:claude", "google:gemini", "gateway:a/b", "openai-compatible:x"]) {
      expect(() => tileModel(id, bare)).toThrow(
        expect.objectContaining({ kind: "run-fatal", remedy: expect.any(String) }),
      );
    }
    for (const id of ["local:nothing", "nowhere:model", "openai:", "openai"]) {
      expect(() => tileModel(id, bare)).toThrow(/there is no model/);
    }
  });

  test("the other providers answer on the wire as well: a bad key stops the run", async () => {
    provider.set({ behaviour: () => ({ kind: "status", status: 401 }) });
    const baseUrls = { openai: provider.url, anthropic: provider.url, google: provider.url, gateway: provider.url };
    const keys = { openai: "k", anthropic: "k", google: "k", gateway: "k", openaiCompatible: undefined };
    const question = { classes: [], prompt: null, minScore: 0, signal: AbortSignal.timeout(5000) };
    for (const id of ["openai:gpt-4o", "anthropic:claude-sonnet-4-5", "google:gemini-2.5-flash", "gateway:a/b"]) {
      const model = tileModel(id, { keys, baseUrls });
      await expect(detect(model, question), id).rejects.toMatchObject({ kind: "run-fatal" });
    }
  });
});
