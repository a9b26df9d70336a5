import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DELETE as leave, GET as whoAmI } from "#app/api/v1/session/route.ts";
import { GET as healthz } from "#app/healthz/route.ts";
import { GET as readyz } from "#app/readyz/route.ts";
import { GET as verify } from "#app/sign-in/verify/route.ts";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { createOwnerSignInLink } from "./sign-in.ts";

const HERE = "http://127.0.0.1:3000";
const context = { params: Promise.resolve({}) };
freshDatabase();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-ready-"));
  process.env["TESSERA_DATA_DIR"] = folder;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the sign-in link in a browser", () => {
  it("opens a session that scripts cannot read, once, and leads on without its token", async () => {
    const link = HERE + (await createOwnerSignInLink()).path;
    const response = await verify(new Request(link, { headers: { "x-forwarded-proto": "https" } }));
    expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^tessera_session=tss_\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure$/);

    const again = await verify(new Request(link));
    expect([again.headers.get("location"), again.headers.get("set-cookie")]).toEqual(["/sign-in?problem=link", null]);

    const headers = { cookie: cookie.split(";")[0] ?? "", "sec-fetch-site": "same-origin" };
    const me = await whoAmI(new Request(HERE, { headers }), context);
    expect(await me.json()).toEqual({ actor: "owner@localhost", role: "owner", kind: "session" });
    const left = await leave(new Request(HERE, { method: "DELETE", headers }), context);
    expect([left.status, left.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect((await whoAmI(new Request(HERE, { headers }), context)).status).toBe(401);
  });

  it("needs no HTTPS on a machine of one's own", async () => {
    const response = await verify(new Request(HERE + (await createOwnerSignInLink()).path));
    expect(response.headers.get("set-cookie")).not.toContain("Secure");
  });
});

describe("probes", () => {
  it("say that it lives, and what is missing for work", async () => {
    expect(await healthz().text()).toBe("ok\n");
    const idle = await readyz();
    expect([idle.status, await idle.json()]).toEqual([
      503,
      { ready: false, database: true, storage: true, workers: false },
    ]);
    const client = await pool().connect();
    await client.query("SELECT pg_advisory_lock(7465, 1)");
    expect(await (await readyz()).json()).toMatchObject({ ready: true, workers: true });
    client.release(true);
  });
});
