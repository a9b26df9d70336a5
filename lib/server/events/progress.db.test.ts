import { expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { eventStream } from "./event-stream.ts";
import { appendEvent, wake } from "./outbox.ts";

freshDatabase();

/** A count may be slow on a busy machine, and the pause after it is 10 s at most. */
const PATIENCE_MS = 90_000;

/** Reads a stream into one text that grows. */
function follow(response: Response): { text: () => string } {
  let text = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  void (async () => {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
  })();
  return { text: () => text };
}

async function finish(runId: string, imageId: string, index: number): Promise<void> {
  await pool().query("UPDATE tiles SET state = 'done' WHERE run_id = $1 AND index = $2", [runId, index]);
  const tile = {
    index,
    state: "done",
    attempts: 1,
    latencyMs: 1,
    detections: 0,
    throttled: false,
    error: null,
  } as const;
  const more = { queueMs: 1, modelMs: 1, tokens: 0, cost: null, retryInMs: null };
  await appendEvent(pool(), { imageId, runId, event: { kind: "tile", ...tile, ...more } });
  wake();
}

it("tells those who look at all runs how far each is, by counts, not tile by tile", { timeout: 200_000 }, async () => {
  const leave = new AbortController();
  const stream = follow(eventStream({ kinds: ["run", "progress"] }, null, leave.signal));
  await vi.waitFor(() => expect(stream.text()).toContain("event: open"));
  const [first, second] = [await runningRun(5), await runningRun(3)];
  for (let index = 0; index < 4; index += 1) await finish(first.runId, first.imageId, index);
  await finish(second.runId, second.imageId, 0);
  await vi.waitFor(() => expect(stream.text().match(/event: progress/g)).toHaveLength(2), PATIENCE_MS);
  const told = [...stream.text().matchAll(/event: progress\ndata: (.*)\n/g)].map(([, data]) => JSON.parse(data ?? ""));
  expect(told).toContainEqual({
    imageId: first.imageId,
    runId: first.runId,
    tiles: { pending: 1, running: 0, done: 4, failed: 0, skipped: 0 },
    throttled: 0,
  });
  expect(told).toContainEqual(
    expect.objectContaining({ runId: second.runId, tiles: expect.objectContaining({ done: 1 }) }),
  );
  expect(stream.text()).not.toContain("event: tile");

  // It goes on for the next change, and ends with the last who listens.
  await finish(first.runId, first.imageId, 4);
  await vi.waitFor(() => expect(stream.text()).toContain('"done":5'), PATIENCE_MS);
  leave.abort();
});
