import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askList } from "./ask-list.ts";

/** What the server answers, by path; what it was sent by way of a key. */
let answers: Record<string, { status: number; body?: unknown }> = {};
let sent: string | undefined;
let url = "";
const server = createServer((request, response) => {
  sent = [request.headers.authorization, request.headers["x-api-key"], request.headers["x-goog-api-key"]]
    .flat()
    .join("");
  const answer = answers[request.url ?? ""] ?? { status: 404 };
  response.writeHead(answer.status, { "content-type": "application/json" });
  response.end(JSON.stringify(answer.body ?? {}));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function ask(id: string, base = url) {
  const keys = { openai: "k1", anthropic: "k2", google: "k3", gateway: "k4" };
  const openaiCompatible = { baseUrl: base, apiKey: "k5" };
  const baseUrls = { openai: base, anthropic: base, google: base };
  return askList(id, { keys: { ...keys, openaiCompatible }, baseUrls }, AbortSignal.timeout(2000));
}

test.each([
  ["openai:gpt/4", "/models/gpt%2F4", "Bearer k1"],
  ["anthropic:claude", "/models/claude", "k2"],
  ["google:gemini", "/models/gemini", "k3"],
])("%s is asked for by name, with its own key", async (id, path, key) => {
  for (const [status, listed] of [
    [200, "known"],
    [404, "unknown"],
    [401, "refused"],
    [403, "refused"],
    [500, null],
  ] as const) {
    answers = { [path]: { status } };
    expect(await ask(id)).toBe(listed);
  }
  expect(sent).toBe(key);
});

test("a server of one's own is asked for its list; names without a tag are known by it", async () => {
  answers = { "/models": { status: 200, body: { data: [{ id: "llava:latest" }, { id: "qwen" }] } } };
  expect(await ask("openai-compatible:llava")).toBe("known");
  expect(await ask("openai-compatible:qwen")).toBe("known");
  expect(await ask("openai-compatible:gemma")).toBe("unknown");
  answers = { "/models": { status: 200, body: { models: [] } } };
  expect(await ask("openai-compatible:gemma")).toBeNull();
  answers = {};
  expect(await ask("openai-compatible:gemma")).toBeNull();
});

test("nobody there says nothing", async () => {
  expect(await ask("openai:gpt", "http://127.0.0.1:9")).toBeNull();
  expect(await ask("gateway:some/model")).toBeNull();
});
