import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { log } from "../log/log.ts";
import { observeRequest } from "./observe-request.ts";
import { noteActor } from "./request-scope.ts";

const server = createServer((request, response) =>
  observeRequest(request, response, () => {
    noteActor("token:ci");
    response.writeHead(request.url?.includes("broken") ? 500 : 200).end();
  }),
);
let url = "";
const written: string[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.spyOn(process.stderr, "write").mockImplementation((line) => written.push(String(line)) > 0);
  log().level = "debug";
});
afterAll(() => {
  vi.restoreAllMocks();
  log().level = "silent";
  server.close();
});

/** What the log says of a request. */
async function logged(path: string, headers: Record<string, string> = {}) {
  written.length = 0;
  const response = await fetch(`${url}${path}`, { headers });
  await vi.waitFor(() => expect(written).toHaveLength(1));
  return { id: response.headers.get("x-request-id"), line: JSON.parse(written[0] ?? "null"), text: written[0] ?? "" };
}

it("logs who asked for what, how it was answered and how long that took, under the id that the answer carries", async () => {
  const { id, line } = await logged("/api/v1/runs/0198c3a4-7d1e-7a55-9c11-3f2c7b0a9d11?secret=x");
  expect(line).toMatchObject({
    level: "info",
    msg: "request",
    request: id,
    actor: "token:ci",
    method: "GET",
    route: "/api/v1/runs/{runId}",
    path: "/api/v1/runs/0198c3a4-7d1e-7a55-9c11-3f2c7b0a9d11",
    status: 200,
    ms: expect.any(Number),
  });
  expect((await logged("/api/v1/broken")).line).toMatchObject({ level: "warn", status: 500 });
});

it("keeps an id that a proxy gave, and no other text", async () => {
  expect((await logged("/", { "x-request-id": "0af7651916cd43dd" })).id).toBe("0af7651916cd43dd");
  expect((await logged("/", { "x-request-id": '"} {"level":"fatal"' })).id).toMatch(/^[0-9a-f-]{36}$/);
});

it("logs no query, no address that nobody knows, and no link of IIIF, which is a secret", async () => {
  for (const path of [
    "/sign-in/verify?token=hidden-thing",
    "/whatever/hidden-thing",
    "/iiif/3/hidden-thing/info.json",
    "/iiif/3/hidden-thing/full/max/0/default.jpg",
  ]) {
    const { line, text } = await logged(path);
    expect(line).toMatchObject({ msg: "request", status: 200 });
    expect(text).not.toContain("hidden-thing");
  }
});
