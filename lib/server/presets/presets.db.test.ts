import { describe, expect, it } from "vitest";
import { DELETE, PATCH, GET as read } from "#app/api/v1/presets/[presetId]/route.ts";
import { GET as list, POST } from "#app/api/v1/presets/route.ts";
import { pool } from "#db/client.ts";
import { readAudit } from "#db/queries/audit.ts";
import { freshDatabase } from "#db/test-database.ts";
import { createToken } from "../access/tokens.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { createRun } from "../runs/create-run.ts";
import { readRun } from "../runs/read-run.ts";
import { presetsInForce } from "./presets.ts";

freshDatabase();

const HERE = "http://127.0.0.1:3000/api/v1/presets";

async function call(
  handler: (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>,
  {
    id,
    method = "GET",
    body,
    role = "operator",
  }: { id?: string; method?: string; body?: unknown; role?: "viewer" | "operator" },
) {
  const { token } = await createToken({ name: role, role }, "test");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const request = new Request(HERE, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const response = await handler(request, { params: Promise.resolve(id === undefined ? {} : { presetId: id }) });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

const ROOFS = {
  title: "Red roofs",
  model: "local:centernet",
  tiling: { tile: 512, overlap: 0.1 },
  classes: ["roof"],
  minScore: 0.25,
  merge: { method: "nms", metric: "iou", threshold: 0.5 },
  wholePicture: false,
};

describe("presets", () => {
  it("are made, changed by versions, handed on as JSON and taken away, audited", async () => {
    const made = await call(POST, { method: "POST", body: ROOFS });
    expect(made).toMatchObject({ status: 201, body: { id: "red-roofs", version: 1, builtIn: false, minScore: 0.25 } });
    expect((await call(POST, { method: "POST", body: ROOFS })).status).toBe(409);
    const changed = await call(PATCH, { id: "red-roofs", method: "PATCH", body: { thresholds: { roof: 0.6 } } });
    expect(changed.body).toMatchObject({ version: 2, thresholds: { roof: 0.6 }, classes: ["roof"] });
    const handed = await call(read, { id: "red-roofs", role: "viewer" });
    expect((await call(POST, { method: "POST", body: { ...handed.body, id: "roofs-elsewhere" } })).body).toMatchObject({
      id: "roofs-elsewhere",
      version: 1,
      thresholds: { roof: 0.6 },
    });
    expect((await presetsInForce()).at(-1)).toMatchObject({ id: "roofs-elsewhere" });
    expect((await call(DELETE, { id: "red-roofs", method: "DELETE" })).status).toBe(204);
    expect((await call(read, { id: "red-roofs" })).status).toBe(404);
    const again = await call(POST, { method: "POST", body: ROOFS });
    expect(again.body.version).toBe(3);
    const deeds = (await readAudit(pool(), "preset:red-roofs")).map((entry) => entry.action);
    expect(deeds).toEqual(["add-preset", "change-preset", "remove-preset", "add-preset"]);
  });

  it("that are built in can be changed, and be again what they were", async () => {
    const before = (await call(read, { id: "general" })).body;
    expect(before).toMatchObject({ version: 1, builtIn: true, changed: false });
    expect((await call(DELETE, { id: "general", method: "DELETE" })).status).toBe(409);
    const changed = await call(PATCH, { id: "general", method: "PATCH", body: { minScore: 0.7 } });
    expect(changed.body).toMatchObject({ version: 2, builtIn: true, changed: true, minScore: 0.7 });
    const { items } = (await call(list, { role: "viewer" })).body;
    expect(items[0]).toMatchObject({ id: "general", minScore: 0.7 });
    expect((await call(DELETE, { id: "general", method: "DELETE" })).status).toBe(204);
    expect((await call(read, { id: "general" })).body).toEqual(before);
  });

  it("hold colours, skip rules and the moderation model, which runs take; those kept without them have the defaults", async () => {
    const own = { colours: { roof: "#C0ffee" }, skipRules: ["noData"], moderationModel: "local:nsfw" };
    const body = { ...ROOFS, ...own, title: "Coloured" };
    expect(await call(POST, { method: "POST", body })).toMatchObject({ status: 201, body: own });
    const { imageId } = await imageWithRun();
    const { configuration } = await createRun(imageId, { preset: "coloured" }, "test");
    expect(configuration).toMatchObject(own);
    const changed = await call(PATCH, {
      id: "coloured",
      method: "PATCH",
      body: { colours: {}, skipBackground: false },
    });
    expect(changed.body).toMatchObject({ version: 2, colours: {}, skipBackground: false, skipRules: ["noData"] });
    expect((await readRun((await createRun(imageId, { preset: "coloured" }, "test")).id)).configuration).toMatchObject({
      skipBackground: false,
    });
    const wrong = await call(PATCH, { id: "coloured", method: "PATCH", body: { colours: { roof: "red" } } });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ field: "body.colours.roof" }] } });

    await pool().query("UPDATE presets SET body = body - $2::text[] WHERE id = $1", [
      "coloured",
      ["colours", "skipBackground", "skipRules", "moderationModel"],
    ]);
    expect((await call(read, { id: "coloured" })).body).toMatchObject({
      ...{ colours: {}, skipBackground: true, skipRules: ["light", "noData"], moderationModel: null },
    });
  });

  it("are not a viewer's to change, and what makes no sense is refused with the field", async () => {
    expect((await call(POST, { method: "POST", body: ROOFS, role: "viewer" })).status).toBe(404);
    const wrong = await call(POST, { method: "POST", body: { ...ROOFS, title: "Wrong", minScore: 2 } });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ field: "body.minScore" }] } });
    expect((await call(POST, { method: "POST", body: { ...ROOFS, title: "…" } })).status).toBe(422);
  });
});
