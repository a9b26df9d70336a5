import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Finding } from "#lib/core/detection/finding.ts";
import { memoryStorage } from "./memory-storage.ts";
import type { NewWrite } from "./write.ts";
import { createWriteQueue, type WriteQueue } from "./write-queue.ts";

const ID = "0199a3b2-0000-7000-8000-000000000001";
const finding = (change: Partial<Finding> = {}): Finding => ({
  id: ID,
  imageId: "0199a3b2-0000-7000-8000-0000000000aa",
  runId: null,
  page: 0,
  box: [0, 0, 1, 1],
  geometry: null,
  label: "car",
  modelLabel: "car",
  text: null,
  measurements: null,
  disagreement: null,
  score: 0.5,
  source: "model",
  review: "unreviewed",
  locked: false,
  provisional: false,
  members: [],
  version: 1,
  updatedAt: "2026-01-01T00:00:00Z",
  ...change,
});
const accept: NewWrite = {
  kind: "change",
  id: ID,
  seen: { version: 1, label: "car", review: "unreviewed", box: [0, 0, 1, 1] },
  patch: { review: "accepted" },
  sampled: false,
};

/** A server with one finding, which speaks as the API does. */
let server: Server;
let stored: Finding;
let heard: string[];
let names: string[];
let refusal: number | null;
const realFetch = globalThis.fetch;

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : null;
}

beforeEach(async () => {
  stored = finding();
  heard = [];
  names = [];
  refusal = null;
  server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const wanted = request.headers["if-match"];
    heard.push(`${request.method} ${wanted ?? ""}`.trim());
    response.setHeader("content-type", "application/json");
    if (refusal !== null) {
      response.statusCode = refusal;
      response.end(JSON.stringify({ type: "t", title: "t", status: refusal, detail: "no", code: "internal" }));
      return;
    }
    names.push(String(request.headers["idempotency-key"]));
    if (request.method === "PATCH" && wanted !== `"${stored.version}"`) {
      response.statusCode = 412;
      response.end(
        JSON.stringify({ type: "t", title: "t", status: 412, detail: "moved on", code: "version-conflict" }),
      );
      return;
    }
    if (request.method === "PATCH") stored = { ...stored, ...Object(body), version: stored.version + 1 };
    response.end(JSON.stringify(stored));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  // The page's addresses are relative to the server it came from; a test has to say which that is.
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => realFetch(`http://127.0.0.1:${port}${path}`, init));
});

afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

type Told = { saved: Finding[]; refused: unknown[]; conflicts: (Finding | null)[] };

function queueWith(storage = memoryStorage()): { queue: WriteQueue; told: Told } {
  const told: Told = { saved: [], refused: [], conflicts: [] };
  const queue = createWriteQueue("writes", storage, {
    onSaved: (_write, { finding: saved }) => void (saved && told.saved.push(saved)),
    onRefused: (_write, error) => void told.refused.push(error),
    onConflict: (_write, current) => void told.conflicts.push(current),
  });
  return { queue, told };
}

const settled = (queue: WriteQueue): Promise<void> =>
  vi.waitFor(() => expect(queue.status.get()).toEqual({ waiting: 0, state: "saved", unkept: false }));

describe("the queue of changes", () => {
  it("sends changes in order, each on the version that the one before led to", async () => {
    const { queue, told } = queueWith();
    queue.add(accept);
    queue.add({ ...accept, patch: { label: "truck" } });
    await settled(queue);
    expect(heard).toEqual(['PATCH "1"', 'PATCH "2"']);
    expect(told.saved.at(-1)).toMatchObject({ review: "accepted", label: "truck", version: 3 });
  });

  it("keeps a decision where only the merge moved the finding on", async () => {
    stored = finding({ version: 4, box: [5, 5, 2, 2] });
    const { queue, told } = queueWith();
    queue.add(accept);
    await settled(queue);
    expect(heard).toEqual(['PATCH "1"', "GET", 'PATCH "4"']);
    expect(told.conflicts).toEqual([]);
    expect(stored.review).toBe("accepted");
  });

  it("gives way to another person's decision, and says what it is now", async () => {
    stored = finding({ version: 2, review: "rejected" });
    const { queue, told } = queueWith();
    queue.add(accept);
    await settled(queue);
    expect(stored.review).toBe("rejected");
    expect(told.conflicts).toMatchObject([{ review: "rejected", version: 2 }]);
  });

  it("keeps what cannot be sent, beyond its own life, and sends it when the server is back", async () => {
    const reachable = globalThis.fetch;
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    const storage = memoryStorage();
    const first = queueWith(storage);
    first.queue.add(accept);
    await vi.waitFor(() => expect(first.queue.status.get()).toEqual({ waiting: 1, state: "offline", unkept: false }));
    expect(first.told.refused).toEqual([]);

    const second = queueWith(storage);
    expect(second.queue.concerns(ID)).toBe(true);
    vi.stubGlobal("fetch", reachable);
    second.queue.resume();
    await settled(second.queue);
    expect(stored.review).toBe("accepted");
    expect(storage.held.size).toBe(0);
  });

  it("sends what another tab of the same person left, too, under the name that it was given there", async () => {
    const storage = memoryStorage();
    refusal = 503;
    const dead = queueWith(storage);
    dead.queue.add(accept);
    dead.queue.add({ ...accept, patch: { label: "van" } });
    await vi.waitFor(() => expect(dead.queue.status.get().state).toBe("offline"));
    dead.queue.stop();
    const kept = [...storage.held.keys()].sort();
    const other = queueWith(storage);
    refusal = null;
    other.queue.resume();
    await settled(other.queue);
    expect(names.map((name) => `writes:${name}`)).toEqual(kept);
    expect(stored).toMatchObject({ review: "accepted", label: "van" });
  });

  it("waits by itself for a server that is busy, and for a person who has to sign in again", async () => {
    const { queue, told } = queueWith();
    refusal = 401;
    queue.add(accept);
    await vi.waitFor(() => expect(queue.status.get().state).toBe("signed-out"));
    refusal = 503;
    await vi.waitFor(() => expect(queue.status.get().state).toBe("offline"), { timeout: 3000 });
    refusal = null;
    await vi.waitFor(() => expect(stored.review).toBe("accepted"), { timeout: 5000 });
    expect(told.refused).toEqual([]);
  });

  it("gives up what a server is broken over, and goes on with the next", async () => {
    const { queue, told } = queueWith();
    refusal = 500;
    queue.add(accept);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      queue.resume();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    refusal = null;
    queue.add({ ...accept, patch: { label: "van" } });
    await settled(queue);
    expect(told.refused).toHaveLength(1);
    expect(stored).toMatchObject({ review: "unreviewed", label: "van" });
  });

  it("does not lay a new shape over one that somebody else has changed", async () => {
    stored = finding({ version: 2, box: [5, 5, 2, 2] });
    const { queue, told } = queueWith();
    queue.add({ ...accept, patch: { box: [0, 0, 3, 3] } });
    await settled(queue);
    expect(told.conflicts).toMatchObject([{ box: [5, 5, 2, 2] }]);
  });
});
