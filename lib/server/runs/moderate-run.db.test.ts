import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { findRun } from "#db/queries/runs.ts";
import { freshDatabase } from "#db/test-database.ts";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import type { RunRequest } from "#lib/core/detection/run.ts";
import { addImage } from "../images/add-image.ts";
import { prepareImage } from "../ingest/prepare-image.ts";
import { closeModels } from "../models.ts";
import { releaseRun } from "./control-run.ts";
import { createRun } from "./create-run.ts";
import { planRun } from "./plan-run.ts";

freshDatabase();
let folder: string;
let provider: FakeProvider;
let imageId: string;

const [WIDTH, HEIGHT] = [600, 400];
/** The embedded judge gives a page of text 0.0003 and one that is all grey 0.03: between the two, the first passes and the second does not. */
const EXPLICIT = "0.005";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-moderate-run-"));
  provider = await startFakeProvider();
  // Before anything reads the configuration.
  process.env["TESSERA_DATA_DIR"] = folder;
  process.env["OPENAI_COMPATIBLE_BASE_URL"] = provider.url;
  process.env["TESSERA_MODERATION_EXPLICIT"] = EXPLICIT;
  imageId = await document();
});
afterAll(async () => {
  await closeModels();
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

/** A TIFF of two pages, text and then plain grey, that was let pass when it came in. */
async function document(): Promise<string> {
  const lines = Array.from(
    { length: 12 },
    (_, line) =>
      `<text x="30" y="${40 + line * 28}" font-size="22">The quick brown fox jumps over the lazy dog ${line}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${lines.join("")}</svg>`;
  const text = await sharp(Buffer.from(svg)).flatten({ background: "#fff" }).toColourspace("srgb").raw().toBuffer();
  const pages = Buffer.concat([text, Buffer.alloc(text.length, 0x88)]);
  const raw = { width: WIDTH, height: 2 * HEIGHT, channels: 3 as const, pageHeight: HEIGHT };
  const bytes = await sharp(pages, { raw }).tiff({ compression: "deflate" }).toBuffer();
  const source = (async function* () {
    yield bytes;
  })();
  const { image } = await addImage({ source, name: "letter.tif" }, "test");
  const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
  await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, moderation]);
  await prepareImage({ version: 1, imageId: image.id });
  return image.id;
}

/** Starts a run and plans it. */
async function planned(request: RunRequest) {
  const tiling = { columns: 1, rows: 1, overlap: 0 };
  const { id } = await createRun(imageId, { tiling, skipBackground: false, ...request }, "test");
  const plan = async () => {
    const pass = (await findRun(pool(), id))?.pass ?? 0;
    return planRun({ version: TICKET_VERSION, runId: id, pass, sequence: 0 });
  };
  const plannedNow = await plan();
  return { id, plan, plannedNow, run: await findRun(pool(), id) };
}

describe("a run's own moderation", () => {
  it("looks at every page that the run covers, and blocks for one behind the first, which it names", async () => {
    const { id, plannedNow, run, plan } = await planned({ moderationModel: "local:nsfw" });
    expect(plannedNow).toBeNull();
    const reason = expect.stringMatching(/^page 2: sexually explicit/);
    expect(run).toMatchObject({
      state: "blocked",
      reason,
      moderation: { verdict: "block", model: "local:nsfw", reason },
    });
    await releaseRun(id, { reason: "grey card", actor: "owner" });
    expect(await plan()).toEqual({ tiles: 2 });
  });

  it("lets pages pass that the run leaves the refused one out of", async () => {
    const first = await planned({ moderationModel: "local:nsfw", pages: [0] });
    expect(first.run).toMatchObject({ state: "running", moderation: { verdict: "pass" } });
    const second = await planned({ moderationModel: "local:nsfw", pages: [1] });
    expect(second.run).toMatchObject({ state: "blocked", reason: expect.stringMatching(/^page 2: /) });
  });

  it("asks a hosted judge once a page, counts what it took, and takes no answer for a block", async () => {
    const hosted = { moderationModel: "openai-compatible:guard", allowProviders: ["openai-compatible"] };
    const passed = await planned(hosted);
    expect(provider.callsByTask.moderation).toBe(2);
    const usage = { calls: 2, tokens: { input: 200, output: 40 }, cost: null };
    expect(passed.run).toMatchObject({ state: "running", moderation: { verdict: "pass", usage } });

    // The grey page is the smaller file by far.
    provider.set({
      behaviour: ({ task, picture }) =>
        task === "moderation" && (picture?.length ?? 0) < 5000 ? { kind: "nonsense" } : { kind: "ok" },
    });
    const unread = await planned(hosted);
    expect(unread.run).toMatchObject({
      state: "blocked",
      reason: expect.stringMatching(/^page 2: moderation could not judge it/),
    });
  });

  it("is not begun where the run's budget has no call for each page", async () => {
    const before = provider.callsByTask.moderation;
    const hosted = { moderationModel: "openai-compatible:guard", allowProviders: ["openai-compatible"] };
    const { run } = await planned({ ...hosted, budget: { calls: 1 } });
    const reason = "moderation could not judge 2 pages with a budget of 1 call";
    expect(run).toMatchObject({ state: "blocked", reason });
    expect(provider.callsByTask.moderation).toBe(before);
  });
});
