import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { moderationModel } from "../registry.ts";
import { verdictOf } from "./thresholds.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

const picture = { data: new Uint8Array(30 * 20 * 3), width: 30, height: 20 };

function judge(behaviour: FakeBehaviour, verdict: "pass" | "block") {
  provider.set({ behaviour: () => behaviour, verdict });
  const openaiCompatible = { baseUrl: provider.url, apiKey: undefined };
  const keys = { openai: undefined, anthropic: undefined, google: undefined, gateway: undefined, openaiCompatible };
  return moderationModel("openai-compatible:judge", { keys }).judge(picture, AbortSignal.timeout(300));
}

test("a hosted verdict is taken as it is", async () => {
  const pass = await judge({ kind: "ok" }, "pass");
  expect(pass).toEqual({ verdict: "pass", scores: {}, model: "openai-compatible:judge", reason: null });
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
  const scores = (porn: number, hentai: number, sexy: number) => ({ Porn: porn, Hentai: hentai, Sexy: sexy });
  expect(verdictOf(scores(0.3, 0.3, 0.3)).verdict).toBe("pass");
  expect(verdictOf(scores(0.4, 0.35, 0)).verdict).toBe("block");
  expect(verdictOf(scores(0, 0, 0.95)).verdict).toBe("block");
  expect(verdictOf({}).verdict).toBe("block");
  expect(verdictOf(scores(Number.NaN, 0, 0)).verdict).toBe("block");
});
