import path from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { iou, tileBox } from "#lib/core/geometry/box.ts";
import { closeInferencePools, modelCallCounts, moderationModel, tileModel } from "../registry.ts";
import type { ProviderSettings } from "../settings.ts";
import type { CutSide, TilePicture } from "../types.ts";
import { CUT_SHARE } from "./cut.ts";

const settings: ProviderSettings = {
  keys: { openai: undefined, anthropic: undefined, google: undefined, gateway: undefined, openaiCompatible: undefined },
  localWorkers: 1,
};
afterAll(closeInferencePools);

/** Four of the five cars that lie far enough apart to be seen in the picture as a whole. */
const CARS = [
  tileBox(218, 448, 222, 161),
  tileBox(501, 451, 121, 92),
  tileBox(634, 437, 81, 56),
  tileBox(725, 423, 70, 51),
];

async function picture(file: string): Promise<TilePicture> {
  const image = sharp(path.join(import.meta.dirname, "..", "fixtures", file))
    .removeAlpha()
    .raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function shrunk({ data, width, height }: TilePicture, share: number): Promise<TilePicture> {
  const image = sharp(data, { raw: { width, height, channels: 3 } }).resize(Math.round(width * share));
  const { data: small, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data: small, width: info.width, height: info.height };
}

async function ask(tile: TilePicture, classes: string[] = [], minScore = 0.3, cut: CutSide[] = [], multiScale = false) {
  const model = tileModel("local:centernet", settings);
  const question = { picture: await model.encode(tile), classes, prompt: null, minScore, cut, multiScale };
  return await model.detect({ ...question, signal: AbortSignal.timeout(30_000) });
}

describe("the embedded detector", () => {
  test("finds the cars of an aerial picture, in its pixels, one box each, the same every time", async () => {
    const tile = await picture("cars.jpg");
    const { detections, usage } = await ask(tile);
    for (const car of CARS) {
      const hits = detections.filter(({ box }) => iou(box, car) >= 0.5);
      expect(hits.length).toBe(1);
      expect(["car", "truck", "bus"]).toContain(hits[0]?.label);
    }
    expect(usage).toEqual({ inputTokens: 0, outputTokens: 0, cost: null });
    expect((await ask(tile)).detections).toEqual(detections);
  });

  test("answers with the label that was asked for, and with nothing else", async () => {
    const tile = await picture("cars.jpg");
    const vehicles = await ask(tile, ["Vehicles"]);
    expect(vehicles.detections.length).toBeGreaterThanOrEqual(CARS.length);
    expect(new Set(vehicles.detections.map(({ label }) => label))).toEqual(new Set(["Vehicles"]));
    expect((await ask(tile, ["giraffe"])).detections).toEqual([]);
  });

  test("scores less what a seam cuts, and leaves it out where that is too little", async () => {
    const whole = await picture("cars.jpg");
    const [left, top, width, height] = [330, 420, 300, 230];
    const pixels = await sharp(whole.data, { raw: { width: whole.width, height: whole.height, channels: 3 } })
      .extract({ left, top, width, height })
      .raw()
      .toBuffer();
    const tile = { data: pixels, width, height };
    const atEdge = ({ box: [x] }: { box: readonly number[] }): boolean => (x ?? 1) < 1;
    const half = (await ask(tile, ["vehicle"])).detections.find(atEdge);
    const less = (await ask(tile, ["vehicle"], 0.1, ["left"])).detections.find(atEdge);
    expect(less?.score).toBeCloseTo((half?.score ?? 0) * CUT_SHARE, 6);
    const most = (half?.score ?? 0) - 0.01;
    expect((await ask(tile, ["vehicle"], most, ["left"])).detections.filter(atEdge)).toEqual([]);
  });

  test("finds at two scales what one look at the whole is too coarse for, each thing once, and nothing else at the edges of parts", async () => {
    const whole = await picture("cars.jpg");
    const tile = await shrunk(whole, 0.2);
    const one = await ask(tile, ["vehicle"]);
    const two = await ask(tile, ["vehicle"], 0.3, [], true);
    const hits = (found: typeof one): number[] =>
      CARS.map((car) => {
        const [x, y, width, height] = car;
        const small = tileBox(x * 0.2, y * 0.2, width * 0.2, height * 0.2);
        return found.detections.filter(({ box }) => iou(box, small) >= 0.5).length;
      });
    expect(hits(two)).toEqual([1, 1, 1, 1]);
    expect(hits(one).filter((count) => count === 1).length).toBeLessThan(CARS.length);
    expect((await ask(tile, ["vehicle"], 0.3, [], true)).detections).toEqual(two.detections);
  });

  test("finds nothing on an empty picture of any shape", async () => {
    for (const [width, height] of [
      [1, 1],
      [700, 3],
      [512, 512],
    ] as const) {
      const blank = { data: new Uint8Array(width * height * 3).fill(200), width, height };
      expect((await ask(blank, [], 0.4)).detections).toEqual([]);
    }
  });

  test("says which classes it does not know, and stops the run rather than burning its tiles", async () => {
    const blank = { data: new Uint8Array(3), width: 1, height: 1 };
    await expect(ask(blank, ["car", "nucleus"])).rejects.toMatchObject({
      kind: "run-fatal",
      message: expect.stringContaining('"nucleus"'),
    });
  });

  test("refuses pixels that do not fit their size", async () => {
    await expect(ask({ data: new Uint8Array(10), width: 5, height: 5 })).rejects.toMatchObject({ kind: "tile-fatal" });
  });
});

describe("the embedded moderation", () => {
  const judge = (tile: TilePicture, signal = AbortSignal.timeout(30_000)) =>
    moderationModel("local:nsfw", settings).judge(tile, signal);

  test("passes aerial pictures, and blood smears although their colour misleads it", async () => {
    const counted = () => modelCallCounts().find(({ role }) => role === "moderation")?.calls ?? 0;
    const before = counted();
    for (const file of ["cars.jpg", "blood-smear.jpg"]) {
      const verdict = await judge(await picture(file));
      expect(verdict).toMatchObject({ verdict: "pass", reason: null, model: "local:nsfw" });
      const total = Object.values(verdict.scores).reduce((sum, score) => sum + score, 0);
      expect(total).toBeCloseTo(1, 3);
    }
    expect(counted() - before).toBe(4);
  });

  test("blocks what it cannot judge", async () => {
    const broken = await judge({ data: new Uint8Array(10), width: 5, height: 5 });
    expect(broken).toMatchObject({ verdict: "block", reason: expect.stringContaining("could not judge") });
    const late = await judge(await picture("cars.jpg"), AbortSignal.abort());
    expect(late.verdict).toBe("block");
  });
});
