import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { readTrial } from "#db/queries/model-trials.ts";
import { freshDatabase } from "#db/test-database.ts";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { ModelError } from "#lib/core/errors.ts";
import { noteCall, requireUsable } from "./check-model.ts";

freshDatabase();
let provider: FakeProvider;
let calls = 0;

beforeAll(async () => {
  provider = await startFakeProvider({ models: ["listed", "also-listed"] });
  process.env["OPENAI_COMPATIBLE_BASE_URL"] = provider.url;
});
afterAll(() => provider.close());
beforeEach(() => {
  calls = provider.calls;
});

const LOCKED: FakeBehaviour = { kind: "status", status: 401, message: "Incorrect API key provided" };
const answers = (behaviour: FakeBehaviour): void => provider.set({ behaviour: () => behaviour });
const called = (): number => provider.calls - calls;

it("believes the provider's list, and makes no call", async () => {
  answers(LOCKED);
  await requireUsable({ id: "openai-compatible:listed", role: "tile" });
  expect(called()).toBe(0);
});

it("calls once where nothing is known and care is asked for, and believes the answer afterwards", async () => {
  answers({ kind: "ok" });
  const wanted = { id: "openai-compatible:also-listed", role: "tile" } as const;
  await requireUsable(wanted, true);
  await requireUsable(wanted, true);
  expect(called()).toBe(1);
});

it("has a real call decide where the list does not know the model: servers take other names, too", async () => {
  answers({ kind: "ok" });
  await requireUsable({ id: "openai-compatible:alias", role: "tile" });
  answers({ kind: "status", status: 404, message: "The model `gone` does not exist" });
  await expect(requireUsable({ id: "openai-compatible:gone", role: "tile" })).rejects.toMatchObject({
    code: "model-unusable",
    status: 422,
    remedy: "check the provider's key and the model's name",
  });
  expect(called()).toBe(2);
});

it("refuses by no memory alone: what could not be used is called again", async () => {
  const wanted = { id: "openai-compatible:listed", role: "tile" } as const;
  await noteCall(wanted, new ModelError("run-fatal", "wrong key"));
  answers(LOCKED);
  await expect(requireUsable(wanted)).rejects.toMatchObject({ code: "model-unusable" });
  answers({ kind: "ok" });
  await requireUsable(wanted);
  expect(called()).toBe(2);
  expect(await readTrial(pool(), wanted.id)).toMatchObject({ problem: null });
});

it("lets a run wait for a provider that is away, and notes nothing", async () => {
  answers({ kind: "status", status: 503 });
  await requireUsable({ id: "openai-compatible:resting", role: "tile" }, true);
  expect(await readTrial(pool(), "openai-compatible:resting")).toBeNull();
});

it("remembers one that writes apart from one that sees", async () => {
  answers({ kind: "text", text: '{"ready":true}' });
  const id = "openai-compatible:writer";
  await requireUsable({ id, role: "synthesis" }, true);
  expect(await readTrial(pool(), id)).toBeNull();
  expect(await readTrial(pool(), `${id} (words)`)).toMatchObject({ problem: null });
});

it("needs neither key nor call for what runs here, and names what is missing for what does not", async () => {
  await requireUsable({ id: "local:centernet", role: "tile" }, true);
  await expect(requireUsable({ id: "openai:gpt", role: "tile" })).rejects.toThrow(/no key for openai/);
  await expect(requireUsable({ id: "local:unheard-of", role: "tile" })).rejects.toMatchObject({
    code: "model-unusable",
  });
  expect(called()).toBe(0);
});
