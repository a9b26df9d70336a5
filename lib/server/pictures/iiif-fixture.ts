import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { createToken } from "../access/tokens.ts";
import { addImage } from "../images/add-image.ts";
import { prepareImage } from "../ingest/prepare-image.ts";
import { answerPicture } from "./answer-picture.ts";

/** The host that every request names. */
export const HOST = "pictures.example:8080";
const SIDE = 1000;

/** Colour of the square in that column and row. */
export function colourAt(column: number, row: number): [number, number, number] {
  return [20 + column * 23, 20 + row * 23, (column * 7 + row * 3) % 2 === 0 ? 40 : 210];
}

/** As the IIIF's own validator has it, a chart of 10 × 10 squares of 100 px, each of a colour that is found nowhere else. */
async function chart(): Promise<Buffer> {
  const data = Buffer.alloc(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) data.set(colourAt(Math.floor(x / 100), Math.floor(y / 100)), (y * SIDE + x) * 3);
  }
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

async function ingest(bytes: Buffer, name: string): Promise<string> {
  const source = (async function* () {
    yield bytes;
  })();
  const { image } = await addImage({ source, name }, "test");
  const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
  await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, moderation]);
  expect(await prepareImage({ version: 1, imageId: image.id })).toEqual({ state: "ready" });
  return image.id;
}

export type Asked = { headers?: Record<string, string>; method?: string; anonymous?: boolean };

/** For the tests of one file: a database, a data folder, the chart, a tall picture, and a viewer's token to ask with. */
export function iiifFixture() {
  freshDatabase();
  const fixture = { imageId: "", tallId: "" };
  let folder = "";
  let token = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tessera-iiif-"));
    process.env["TESSERA_DATA_DIR"] = folder;
    token = (await createToken({ name: "viewer", role: "viewer" }, "test")).token;
    fixture.imageId = await ingest(await chart(), "chart.jpg");
    const tall = { width: 60, height: 2000, channels: 3 as const, background: "#08f" };
    fixture.tallId = await ingest(await sharp({ create: tall }).png().toBuffer(), "tall.png");
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** Asks for a path as the server would be asked. */
  const ask = async (path: string, options: Asked = {}): Promise<Response> => {
    const headers = new Headers({ host: HOST, ...options.headers });
    if (!options.anonymous) headers.set("authorization", `Bearer ${token}`);
    const answer = await answerPicture({
      method: options.method ?? "GET",
      path: path.split("?", 1)[0] ?? "",
      query: new URLSearchParams(path.split("?")[1] ?? ""),
      headers,
      signal: new AbortController().signal,
    });
    if (!answer) throw new Error(`${path} is no picture's address`);
    return new Response(answer.body === null ? null : Buffer.from(answer.body), answer);
  };
  return { fixture, ask, askIiif: (path: string, options?: Asked) => ask(`/iiif/3/${path}`, options) };
}
