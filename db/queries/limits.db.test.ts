import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { drawFromBuckets, listModelLimits, readShares, upsertModelLimit, writeShares } from "./limits.ts";
import { registerWorker } from "./workers.ts";

const database = freshDatabase();

const NONE = {
  concurrency: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  inputPrice: null,
  outputPrice: null,
};

describe("limits of models", () => {
  it("are kept by model, and changed", async () => {
    await upsertModelLimit(pool(), "a:a", { ...NONE, concurrency: 3 });
    await upsertModelLimit(pool(), "a:a", { ...NONE, concurrency: 5, inputPrice: 0.25 });
    expect(await listModelLimits(pool())).toEqual([{ model: "a:a", ...NONE, concurrency: 5, inputPrice: 0.25 }]);
  });

  it("of requests per minute fill a bucket of two seconds, and no more is drawn than is in it", async () => {
    await upsertModelLimit(pool(), "b:b", { ...NONE, requestsPerMinute: 600 });
    const age = (seconds: number) =>
      pool().query("UPDATE model_limits SET refilled_at = clock_timestamp() - make_interval(secs => $1)", [seconds]);
    // The bucket goes on filling, ten a second, while the test waits for a busy machine.
    let since = performance.now();
    const filled = () => ((performance.now() - since) / 1000) * 10;
    await age(3600);
    const draws = await Promise.all(
      Array.from({ length: 10 }, () => drawFromBuckets(pool(), "b:b", { requests: 5, usedTokens: 0 })),
    );
    const total = draws.reduce((sum, draw) => sum + draw.requests, 0);
    expect(total).toBeGreaterThanOrEqual(20);
    expect(total).toBeLessThanOrEqual(20 + Math.ceil(filled()));
    since = performance.now();
    await age(1);
    const { requests } = await drawFromBuckets(pool(), "b:b", { requests: 50, usedTokens: 0 });
    expect(requests).toBeGreaterThanOrEqual(9);
    expect(requests).toBeLessThanOrEqual(11 + filled());
  });

  it("of tokens per minute may be overdrawn by what was in flight, and make up for it", async () => {
    await upsertModelLimit(pool(), "c:c", { ...NONE, tokensPerMinute: 60_000 });
    const draw = (usedTokens: number) => drawFromBuckets(pool(), "c:c", { requests: 0, usedTokens });
    await pool().query("UPDATE model_limits SET refilled_at = clock_timestamp() - interval '1 hour'");
    const since = performance.now();
    const filled = () => performance.now() - since;
    expect((await draw(0)).tokens).toBeCloseTo(2000, -2);
    expect((await draw(5000)).tokens).toBeLessThan(-2990 + filled());
    await pool().query("UPDATE model_limits SET refilled_at = clock_timestamp() - interval '2 seconds'");
    expect((await draw(0)).tokens).toBeGreaterThan(-1100);
  });
});

describe("shares", () => {
  it("count only of workers that live", async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const worker = await registerWorker(client, { pid: 1, host: "elsewhere" });
    const share = { scope: "run:x", worker, share: 3, wanted: 4, inForce: 2 };
    await writeShares(pool(), [share, { ...share, worker: worker + 1000 }]);
    expect(await readShares(pool(), ["run:x"])).toEqual([share]);
    await client.end();
    expect(await readShares(pool(), ["run:x"])).toEqual([]);
  });
});
