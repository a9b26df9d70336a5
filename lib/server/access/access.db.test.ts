import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pool } from "#db/client.ts";
import { readAudit } from "#db/queries/audit.ts";
import { freshDatabase } from "#db/test-database.ts";
import { ROLES, type Role } from "#lib/core/access/role.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { authenticate, currentPrincipal, signOut } from "./authenticate.ts";
import { changePerson, readPeople } from "./people.ts";
import { addUser, createOwnerSignInLink, redeemSignInLink } from "./sign-in.ts";
import { createToken, endToken } from "./tokens.ts";
import { withAccess } from "./with-access.ts";

freshDatabase();

const HERE = "http://127.0.0.1:3000";
const context = (params: Record<string, string> = {}) => ({ params: Promise.resolve(params) });
const secretOf = (path: string) => new URL(path, HERE).searchParams.get("token") ?? "";
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A person of that role who has signed in; their cookie header. */
async function signedIn(role: Role, email: string = `${role}@example.org`): Promise<string> {
  const opened = await redeemSignInLink(secretOf((await addUser({ email, role }, "test")).path));
  return `tessera_session=${opened?.session}`;
}

describe("a sign-in link", () => {
  it("makes the first owner, works once, and is replaced by the next", async () => {
    const first = await createOwnerSignInLink();
    const second = await createOwnerSignInLink();
    expect(await redeemSignInLink(secretOf(first.path))).toBeNull();
    const opened = await redeemSignInLink(secretOf(second.path));
    expect(await currentPrincipal(`a=b; tessera_session=${opened?.session}`)).toEqual({
      id: "person:owner@localhost",
      actor: "owner@localhost",
      role: "owner",
      kind: "session",
    });
    expect(await redeemSignInLink(secretOf(second.path))).toBeNull();
    expect((await readPeople()).map((person) => person.email)).toEqual(["owner@localhost"]);
  });

  it("is used by one of many who try at once", async () => {
    const { path } = await addUser({ email: "race@example.org", role: "viewer" }, "test");
    const opened = await Promise.all(Array.from({ length: 8 }, () => redeemSignInLink(secretOf(path))));
    expect(opened.filter(Boolean)).toHaveLength(1);
  });

  it("is good for nothing once expired", async () => {
    const { path, id } = await addUser({ email: "late@example.org", role: "viewer" }, "test");
    await pool().query("UPDATE sign_in_links SET expires_at = now() - interval '1 second' WHERE user_id = $1", [id]);
    expect(await redeemSignInLink(secretOf(path))).toBeNull();
  });

  it("leaves one owner where several processes start at once", async () => {
    await pool().query("DELETE FROM users");
    await Promise.all(Array.from({ length: 5 }, () => createOwnerSignInLink()));
    expect(await readPeople()).toHaveLength(1);
  });
});

describe("secrets", () => {
  it("are nowhere in the database as they are", async () => {
    const { path } = await addUser({ email: "secret@example.org", role: "viewer" }, "test");
    const opened = await redeemSignInLink(secretOf(path));
    const { token } = await createToken({ name: "secret", role: "viewer" }, "test");
    const { rows } = await pool().query(
      `SELECT (SELECT json_agg(l) FROM sign_in_links l)::text || (SELECT json_agg(s) FROM sessions s)::text
        || (SELECT json_agg(t) FROM tokens t)::text || (SELECT json_agg(a) FROM audit_log a)::text AS everything`,
    );
    for (const secret of [secretOf(path), opened?.session ?? "", token]) {
      expect(secret.length).toBe(47);
      expect(rows[0].everything).not.toContain(secret.slice(4));
    }
  });
});

describe("who asks", () => {
  it("is known by a token, until it is revoked", async () => {
    const { token, id } = await createToken({ name: "robot", role: "operator" }, "test");
    expect(await authenticate(new Headers(bearer(token)))).toEqual({
      id: `token:${id}`,
      actor: "token:robot",
      role: "operator",
      kind: "token",
    });
    await endToken(id, "test");
    expect(await authenticate(new Headers(bearer(token)))).toBeNull();
    await expect(endToken(id, "test")).rejects.toThrow(TesseraError);
    expect((await readAudit(pool(), `token:${id}`)).map((entry) => entry.action)).toEqual([
      "create-token",
      "revoke-token",
    ]);
  });

  it("is nobody with a bad token, also beside a good cookie", async () => {
    const cookie = await signedIn("owner");
    expect(await authenticate(new Headers({ cookie, ...bearer("tsr_nonsense") }))).toBeNull();
    expect(await authenticate(new Headers({ cookie, authorization: "Basic dXNlcjpwYXNz" }))).toBeNull();
    expect((await authenticate(new Headers({ cookie })))?.role).toBe("owner");
  });

  it("is nobody after signing out, after 30 days, and when shut out", async () => {
    const left = await signedIn("viewer", "left@example.org");
    await signOut(left);
    expect(await currentPrincipal(left)).toBeNull();

    const late = await signedIn("viewer", "thirty@example.org");
    const { rows } = await pool().query(
      "SELECT extract(epoch FROM expires_at - now()) / 86400 AS days FROM sessions ORDER BY created_at DESC LIMIT 1",
    );
    expect(Number(rows[0].days)).toBeCloseTo(30, 1);
    await pool().query("UPDATE sessions SET expires_at = now() - interval '1 second'");
    expect(await currentPrincipal(late)).toBeNull();

    const shut = await signedIn("viewer", "shut@example.org");
    const person = (await readPeople()).find(({ email }) => email === "shut@example.org");
    await changePerson(person?.id ?? "", { disabled: true }, "test");
    expect(await currentPrincipal(shut)).toBeNull();
  });

  it("never leaves the installation without an owner", async () => {
    const owners = (await readPeople()).filter((person) => person.role === "owner");
    const last = owners.pop();
    for (const owner of owners) await changePerson(owner.id, { role: "viewer" }, "test");
    await expect(changePerson(last?.id ?? "", { role: "operator" }, "test")).rejects.toThrow("last owner");
    await expect(changePerson(last?.id ?? "", { disabled: true }, "test")).rejects.toThrow("last owner");
    await changePerson(last?.id ?? "", { disabled: false }, "test");
  });
});

describe("withAccess", () => {
  const open = (role: Role) => withAccess(role, {}, async ({ principal }) => ({ actor: principal.actor }));

  it("answers every role for every rule: what it allows, 404 for what it does not", async () => {
    for (const held of ROLES) {
      const { token } = await createToken({ name: held, role: held }, "test");
      for (const needed of ROLES) {
        const response = await open(needed)(new Request(HERE, { headers: bearer(token) }), context());
        const allowed = ROLES.indexOf(held) >= ROLES.indexOf(needed);
        expect([held, needed, response.status]).toEqual([held, needed, allowed ? 200 : 404]);
      }
    }
  });

  it("answers 401 with a challenge to anyone else, as a problem", async () => {
    const response = await open("viewer")(new Request(HERE), context());
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 401, code: "unauthenticated", title: "Sign in first" });
  });

  it("takes changes with a cookie from our own pages only", async () => {
    const cookie = await signedIn("operator");
    const post = async (headers: Record<string, string>) =>
      (
        await open("viewer")(
          new Request(HERE, { method: "POST", headers: { cookie, host: "127.0.0.1:3000", ...headers } }),
          context(),
        )
      ).status;
    expect(await post({ "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await post({ origin: HERE })).toBe(200);
    expect(await post({})).toBe(403);
    expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await post({ "sec-fetch-site": "same-site", origin: HERE })).toBe(403);
    expect(await post({ origin: "http://127.0.0.1:3001" })).toBe(403);
    expect(await post({ origin: "null" })).toBe(403);
  });

  it("parses what is asked, and says field by field what does not fit", async () => {
    const { token } = await createToken({ name: "parser", role: "viewer" }, "test");
    const schemas = {
      params: z.object({ id: z.uuid() }),
      query: z.strictObject({ limit: z.coerce.number().int().max(5).default(3) }),
      body: z.strictObject({ name: z.string() }),
    };
    const route = withAccess("viewer", schemas, async ({ params, query, body }) => ({ ...params, ...query, ...body }));
    const id = "0190a0b4-5c7e-7f00-8000-000000000001";
    const call = async (search: string, body: string, params: Record<string, string>) => {
      const request = new Request(`${HERE}/x${search}`, { method: "POST", headers: bearer(token), body });
      const response = await route(request, context(params));
      return { status: response.status, value: await response.json() };
    };
    expect(await call("", '{"name":"a"}', { id })).toEqual({ status: 200, value: { id, limit: 3, name: "a" } });
    expect(await call("", '{"name":"a"}', { id: "7" })).toMatchObject({ status: 404 });
    expect(await call("?limit=9", '{"name":"a"}', { id })).toMatchObject({
      status: 400,
      value: { errors: [{ field: "query.limit" }] },
    });
    expect(await call("", '{"name":1,"other":2}', { id })).toMatchObject({ status: 422, value: { code: "bad-input" } });
    expect(await call("", "{", { id })).toMatchObject({ status: 400, value: { detail: "the body is not JSON" } });
  });

  it("tells nobody what went wrong inside", async () => {
    const { token } = await createToken({ name: "failing", role: "viewer" }, "test");
    const route = withAccess("viewer", {}, async () => {
      throw new Error("password=hunter2");
    });
    const response = await route(new Request(HERE, { headers: bearer(token) }), context());
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
  });
});

describe("a stream of bad tokens", () => {
  it("is told to stop, while good ones work on", async () => {
    const { token } = await createToken({ name: "good", role: "viewer" }, "test");
    const route = withAccess("viewer", {}, async () => ({}));
    const attempt = async (secret: string) =>
      (await route(new Request(HERE, { headers: bearer(secret) }), context())).status;
    const statuses = new Set<number>();
    for (let count = 0; count < 80; count++) statuses.add(await attempt(`tsr_${"x".repeat(43)}`));
    expect(statuses).toEqual(new Set([401, 429]));
    expect(await attempt(token)).toBe(200);
  });
});
