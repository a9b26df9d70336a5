import { beforeAll, describe, expect, it } from "vitest";
import { DELETE, GET, PATCH } from "#app/api/v1/findings/[findingId]/route.ts";
import { POST as draw } from "#app/api/v1/findings/route.ts";
import { GET as list } from "#app/api/v1/images/[imageId]/findings/route.ts";
import { GET as readTile } from "#app/api/v1/images/[imageId]/findings/tiles/[level]/[x]/[y]/route.ts";
import { freshDatabase } from "#db/test-database.ts";
import type { Role } from "#lib/core/access/role.ts";
import { decodeFindingTile } from "#lib/core/api/finding-tile.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { createToken } from "../access/tokens.ts";
import { detect, imageWithRun } from "./finding-fixtures.ts";

const HERE = "http://127.0.0.1:3000/api/v1";
const tokens = new Map<Role, string>();
freshDatabase();
beforeAll(async () => {
  for (const role of ["viewer", "reviewer"] as const) {
    tokens.set(role, (await createToken({ name: role, role }, "test")).token);
  }
});

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

async function call(
  handler: Handler,
  params: Record<string, string>,
  options: { role?: Role; search?: string; method?: string; body?: unknown; ifMatch?: string } = {},
): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${tokens.get(options.role ?? "reviewer")}` });
  if (options.ifMatch) headers.set("if-match", options.ifMatch);
  const init = { method: options.method ?? "GET", headers, body: options.body ? JSON.stringify(options.body) : null };
  return handler(new Request(`${HERE}/x${options.search ?? ""}`, init), { params: Promise.resolve(params) });
}

describe("the routes of a finding", () => {
  it("hand out its version, take it back as If-Match, and refuse an older one with the finding as it is", async () => {
    const [findingId = ""] = await detect(await imageWithRun(), [{}]);
    const read = await call(GET, { findingId });
    expect([read.status, read.headers.get("etag")]).toEqual([200, '"1"']);
    const change = { method: "PATCH", body: { review: "accepted" } };
    const changed = await call(PATCH, { findingId }, { ...change, ifMatch: '"1"' });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, '"2"']);
    const stale = await call(PATCH, { findingId }, { method: "PATCH", body: { review: "rejected" }, ifMatch: '"1"' });
    expect([stale.status, stale.headers.get("etag"), stale.headers.get("content-type")]).toEqual([
      412,
      '"2"',
      "application/problem+json",
    ]);
    expect(await stale.json()).toMatchObject({ code: "version-conflict", current: { review: "accepted", version: 2 } });
    expect((await call(PATCH, { findingId }, { ...change, ifMatch: '"two"' })).status).toBe(400);
    expect((await call(DELETE, { findingId }, { method: "DELETE" })).status).toBe(403);
  });

  it("let a viewer look and touch nothing", async () => {
    const [findingId = ""] = await detect(await imageWithRun(), [{}]);
    const role = "viewer";
    expect((await call(GET, { findingId }, { role })).status).toBe(200);
    expect((await call(PATCH, { findingId }, { role, method: "PATCH", body: { review: "accepted" } })).status).toBe(
      404,
    );
    expect((await call(DELETE, { findingId }, { role, method: "DELETE" })).status).toBe(404);
  });

  it("draw, and say what does not fit", async () => {
    const { imageId } = await imageWithRun();
    const drawn = await call(draw, {}, { method: "POST", body: { imageId, box: [1, 2, 3, 4], label: " oak " } });
    expect([drawn.status, (await drawn.json()).label]).toEqual([201, "oak"]);
    const bad = await call(draw, {}, { method: "POST", body: { imageId, box: [1, 2, -3, 4], label: "" } });
    expect(bad.status).toBe(422);
    expect((await bad.json()).errors.map((error: { field: string }) => error.field)).toEqual([
      "body.box.2",
      "body.label",
    ]);
  });

  it("list by what the address asks, and nothing that it does not know", async () => {
    const place = await imageWithRun();
    await detect(place, [
      { x: 10, score: 0.9 },
      { x: 900, score: 0.9 },
      { x: 10, score: 0.1 },
      { x: 12, label: "a,b" },
    ]);
    const found = async (search: string) => {
      const response = await call(list, { imageId: place.imageId }, { search });
      return response.status === 200 ? (await response.json()).items.length : response.status;
    };
    expect(await found("?bbox=0,0,100,100&minScore=0.9")).toBe(1);
    expect(await found("?label=a%2Cb&label=nothing")).toBe(1);
    expect(await found("?label=a%2Cb")).toBe(1);
    expect(await found("?bbox=0,0,100")).toBe(400);
    expect(await found("?nonsense=1")).toBe(400);
    expect((await call(list, { imageId: uuidv7() })).status).toBe(404);
    const tile = await call(readTile, { imageId: place.imageId, level: "0", x: "0", y: "0" });
    expect(decodeFindingTile(await tile.arrayBuffer()).count).toBe(3);
    expect((await call(readTile, { imageId: place.imageId, level: "-1", x: "0", y: "0" })).status).toBe(404);
  });
});
