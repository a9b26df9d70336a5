import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { MODERATION_THRESHOLDS, type ModerationThresholds } from "#lib/core/detection/moderation-thresholds.ts";
import { closeInferencePools, moderationModel } from "../registry.ts";
import { verdictOf } from "./thresholds.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(async () => {
  await provider.close();
  await closeInferencePools();
});

const picture = { data: new Uint8Array(30 * 20 * 3), width: 30, height: 20 };

function judge(behaviour: FakeBehaviour, verdict: "pass" | "block") {
  provider.set({ behaviour: () => behaviour, verdict });
  const openaiCompatible = { baseUrl: provider.url, apiKey: undefined };
  const keys = { openai: undefined, anthropic: undefined, google: undefined, gateway: undefined, openaiCompatible };
  return moderationModel("openai-compatible:judge", { keys }).judge(
    picture,
    AbortSignal.timeout(behaviour.kind === "hang" ? 300 : 30_000),
  );
}

test("a hosted verdict is taken as it is", async () => {
  const pass = await judge({ kind: "ok" }, "pass");
  const usage = { calls: 1, tokens: { input: expect.any(Number), output: expect.any(Number) }, cost: null };
  expect(pass).toEqual({ verdict: "pass", scores: {}, model: "openai-compatible:judge", reason: null, usage });
  const block = await judge({ kind: "ok" }, "block");
  expect(block).toMatchObject({ verdict: "block", reason: "as the test wants it" });
  expect(provider.callsByTask.moderation).toBe(2);
});

test.each([
  { kind: "nonsense" },
  { kind: "empty" },
  { kind: "truncated" },
  { kind: "refusal" },
  { kind: "hang" },
  { kind: "reset" },
  { kind: "status", status: 500 },
  { kind: "status", status: 401 },
  { kind: "text", text: '{"verdict":"maybe","reason":""}' },
] satisfies FakeBehaviour[])("a judge that would pass and answers %j blocks with a reason", async (behaviour) => {
  const verdict = await judge(behaviour, "pass");
  expect(verdict.verdict).toBe("block");
  expect(verdict.reason).toMatch(/could not judge/);
});

test("scores block from their thresholds on, and where they cannot be read", () => {
  const verdict = (porn: number, hentai: number, sexy: number, thresholds = MODERATION_THRESHOLDS) =>
    verdictOf({ Porn: porn, Hentai: hentai, Sexy: sexy }, thresholds).verdict;
  expect(verdict(0.3, 0.3, 0.3)).toBe("pass");
  expect(verdict(0.4, 0.35, 0)).toBe("block");
  expect(verdict(0, 0, 0.95)).toBe("block");
  expect(verdictOf({}, MODERATION_THRESHOLDS).verdict).toBe("block");
  expect(verdict(Number.NaN, 0, 0)).toBe("block");

  expect(verdict(0.2, 0.15, 0, { explicit: 0.3, suggestive: 1 })).toBe("block");
  expect(verdict(0, 0, 0.95, { explicit: 0.3, suggestive: 1 })).toBe("pass");
  expect(verdict(0, 0, 1, { explicit: 1, suggestive: 1 })).toBe("block");
  expect(verdictOf({ Porn: 0, Hentai: 0 }, { explicit: 1, suggestive: 1 }).verdict).toBe("block");
});

test("the embedded judge goes by the thresholds that are configured", async () => {
  const keys = {
    openai: undefined,
    anthropic: undefined,
    google: undefined,
    gateway: undefined,
    openaiCompatible: undefined,
  };
  const judged = (moderationThresholds: ModerationThresholds | undefined) =>
    moderationModel("local:nsfw", { keys, localWorkers: 1, moderationThresholds }).judge(
      picture,
      AbortSignal.timeout(60_000),
    );
  const usual = await judged(undefined);
  expect(usual.verdict).toBe("pass");
  const explicit = (usual.scores["Porn"] ?? Number.NaN) + (usual.scores["Hentai"] ?? Number.NaN);
  expect((await judged({ explicit, suggestive: 1 })).verdict).toBe("block");
});
