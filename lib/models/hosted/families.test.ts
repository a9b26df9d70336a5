import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tileModel } from "../registry.ts";
import type { ProviderSettings } from "../settings.ts";
import { judgeTrial, tryModel } from "../try-model.ts";
import type { TilePicture } from "../types.ts";
import { type FamilyReply, type FamilyServer, startFamilies } from "./fake-families.ts";

let server: FamilyServer;
let settings: ProviderSettings;
beforeAll(async () => {
  server = await startFamilies();
  const { url } = server;
  settings = {
    keys: { openai: "k", anthropic: "k", google: "k", gateway: "k", openaiCompatible: { baseUrl: url, apiKey: "k" } },
    baseUrls: { openai: url, anthropic: url, google: url, gateway: url },
    prices: { "anthropic:claude-sonnet-4-5": { inputPerMillion: 3, outputPerMillion: 15 } },
  };
});
afterAll(() => server.close());

/** A tile of 700×500 pixels; what is found is a box at 101,203 of 150×77. */
const tile: TilePicture = { data: new Uint8Array(700 * 500 * 3).fill(90), width: 700, height: 500 };
const BOX = [101, 203, 150, 77] as const;
const [X0, Y0, X1, Y1] = [BOX[0], BOX[1], BOX[0] + BOX[2], BOX[1] + BOX[3]];
const permille = (value: number, of: number) => Math.round((value * 1000) / of);

const thousandths = {
  box_2d: [permille(Y0, 500), permille(X0, 700), permille(Y1, 500), permille(X1, 700)],
};
const pixels = { bbox_2d: [X0, Y0, X1, Y1] };
/** A model of each family, with the box as its family writes it. */
const FAMILIES = [
  ["openai:gpt-5.2", thousandths],
  ["anthropic:claude-sonnet-4-5", pixels],
  ["anthropic:claude-3-haiku-20240307", pixels],
  ["google:gemini-3-flash", thousandths],
  ["gateway:google/gemini-3-flash", thousandths],
  ["gateway:anthropic/claude-sonnet-4.5", pixels],
  ["openai-compatible:llava", thousandths],
  [
    "openai-compatible:qwen3-vl",
    { bbox_2d: [permille(X0, 700), permille(Y0, 500), permille(X1, 700), permille(Y1, 500)] },
  ],
] as const;

const document = (box: object) => JSON.stringify({ detections: [{ label: "car", score: 0.9, ...box }] });

async function look(id: string, reply: FamilyReply) {
  server.answer(reply);
  server.bodies.length = 0;
  const model = tileModel(id, settings);
  const question = { picture: await model.encode(tile), classes: ["car"], prompt: null, minScore: 0.3 };
  return await model.detect({ ...question, signal: AbortSignal.timeout(10_000) });
}

describe.each(FAMILIES)("%s", (id, box) => {
  test("is asked in its family's convention, sees the picture, and its boxes land within a pixel", async () => {
    const { detections, usage } = await look(id, { kind: "text", text: document(box) });
    expect(detections).toHaveLength(1);
    for (const [index, side] of BOX.entries()) {
      expect(Math.abs((detections[0]?.box[index] ?? 0) - side)).toBeLessThanOrEqual(1);
    }
    expect(usage).toMatchObject({ inputTokens: 100, outputTokens: 20 });
    const [asked] = server.bodies.map((body) => JSON.stringify(body));
    expect(asked).toContain(Object.keys(box)[0]);
    // The beginning of every JPEG in base64.
    expect(asked).toContain("/9j/");
  });

  test("may answer as a call of a tool", async () => {
    const { detections } = await look(id, { kind: "tool", text: document(box) });
    expect(detections).toMatchObject([{ label: "car", score: 0.9 }]);
  });

  test("is not believed where it was cut off or refuses, and asked once more where it is malformed", async () => {
    await expect(look(id, { kind: "cut", text: document(box).slice(0, -9) })).rejects.toMatchObject({
      kind: "tile-fatal",
      message: expect.stringContaining("cut off"),
    });
    expect(server.bodies).toHaveLength(1);
    await expect(look(id, { kind: "refused", text: "I can't help with that" })).rejects.toMatchObject({
      kind: "tile-fatal",
    });
    await expect(look(id, { kind: "text", text: '{"detections":[{"label":' })).rejects.toMatchObject({
      kind: "tile-fatal",
    });
    expect(server.bodies).toHaveLength(2);
  });

  test("says what is wrong with its key, its name and its eyes, as the run would", async () => {
    const trial = async (status: number, message: string) => {
      server.answer({ kind: "error", status, message });
      return await tryModel(tileModel(id, settings), AbortSignal.timeout(10_000)).catch((error: unknown) => error);
    };
    expect(await trial(401, "invalid key")).toMatchObject({
      kind: "run-fatal",
      remedy: expect.stringContaining("key"),
    });
    expect(await trial(404, "no such model")).toMatchObject({ kind: "run-fatal" });
    expect(await trial(400, "this model does not support image input")).toMatchObject({
      kind: "run-fatal",
      message: expect.stringContaining("takes no pictures"),
    });
  });
});

test("a call costs what the price table says", async () => {
  const { usage } = await look("anthropic:claude-sonnet-4-5", { kind: "text", text: document(pixels) });
  expect(usage.cost).toBeCloseTo((100 * 3 + 20 * 15) / 1e6, 12);
});

test("a trial tells a model that sees from one that guesses", async () => {
  const model = tileModel("anthropic:claude-sonnet-4-5", settings);
  const trial = async (corners: number[]) => {
    server.answer({ kind: "text", text: document({ bbox_2d: corners }) });
    return judgeTrial(await tryModel(model, AbortSignal.timeout(10_000)));
  };
  expect(await trial([64, 96, 160, 192])).toMatchObject({ good: true });
  expect(await trial([0, 0, 40, 40])).toMatchObject({ good: false, text: expect.stringContaining("not where") });
});
