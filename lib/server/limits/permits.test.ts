import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ModelError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";
import type { PermittedModel } from "./model-permits.ts";
import {
  abortRun,
  holdRun,
  openRun,
  type Permit,
  runInFlight,
  runSignal,
  setModelShare,
  setRunShare,
  takePermits,
} from "./permits.ts";

let model: PermittedModel;

const UNLIMITED = {
  share: Number.POSITIVE_INFINITY,
  requests: Number.POSITIVE_INFINITY,
  tokens: Number.POSITIVE_INFINITY,
};

beforeEach(() => {
  model = { id: `test-${uuidv7()}:model`, usefulConcurrency: 4 };
});

function open(share: number, of = model): string {
  const runId = uuidv7();
  openRun(runId, of);
  setRunShare(runId, share);
  return runId;
}

/** Calls that all succeed at once, so that the limiter lets `count` be in flight. */
async function warmUp(count: number): Promise<void> {
  const runId = open(count);
  for (let round = 0; round < 8; round += 1) {
    const permits = await takePermits(runId, count, 50);
    for (const permit of permits) permit.callStarts();
    for (const permit of permits) {
      permit.callSucceeded(0);
      permit.end();
    }
  }
  abortRun(runId);
}

const endAll = (permits: readonly Permit[]): void => {
  for (const permit of permits) permit.end();
};

describe("permits", () => {
  it("are never more than the run's share, nor than the model's limiter lets", async () => {
    const narrow = open(3);
    expect(await takePermits(narrow, 10, 20)).toHaveLength(3);
    expect(await takePermits(narrow, 10, 20)).toHaveLength(0);
    const other = open(100, { ...model, id: `${model.id}-other` });
    expect(await takePermits(other, 100, 20)).toHaveLength(4);
  });

  it("lose their place where less is allowed before the call leaves, and get it again when others end", async () => {
    const runId = open(3);
    const [first, second, third] = await takePermits(runId, 3, 20);
    expect(await first?.turn()).toBe(true);
    setRunShare(runId, 1);
    const late = [second?.turn(), third?.turn()];
    expect(await Promise.race([...late, sleep(30)])).toBeUndefined();
    first?.end();
    expect(await Promise.race(late)).toBe(true);
    holdRun(runId);
    expect((await Promise.all(late)).toSorted()).toEqual([false, true]);
    endAll([second, third].filter((permit) => permit !== undefined));
  });

  it("come back when a tile ends, and follow the share at once", async () => {
    const runId = open(1);
    const [first] = await takePermits(runId, 1, 20);
    const next = takePermits(runId, 4, 1000);
    setRunShare(runId, 2);
    expect(await next).toHaveLength(1);
    first?.end();
    expect(await takePermits(runId, 4, 1000)).toHaveLength(1);
    setRunShare(runId, 1);
    expect(await takePermits(runId, 4, 20)).toHaveLength(0);
  });

  it("go to the run with the least in flight, so that a small one is not stuck behind a large one", async () => {
    await warmUp(8);
    const large = open(64);
    const small = open(64);
    const held = await takePermits(large, 64, 50);
    expect(held.length).toBeGreaterThanOrEqual(8);
    const larger = takePermits(large, 64, 1000);
    const smaller = takePermits(small, 9, 1000);
    endAll(held.slice(0, 4));
    expect(await smaller).toHaveLength(4);
    endAll(held.slice(4));
    expect((await larger).length).toBeGreaterThan(0);
  });

  it("go to a batch of a small run even where a large one has tiles ready that wait for their place", async () => {
    const large = open(64);
    const held = await takePermits(large, 64, 50);
    // Claimed ahead: they had a place and lost it.
    setRunShare(large, 0);
    const ready = held.map((permit) => permit.turn());
    expect(await Promise.race([...ready, sleep(10)])).toBeUndefined();
    setModelShare(model.id, { ...UNLIMITED, share: 2 });
    setRunShare(large, 64);
    expect(await Promise.race(ready)).toBe(true);
    const smaller = takePermits(open(64), 9, 200);
    held[0]?.end();
    held[1]?.end();
    expect((await smaller).length).toBeGreaterThan(0);
    holdRun(large);
    await Promise.all(ready);
  });

  it("are given by the handful where several come back together", async () => {
    const runId = open(4);
    const permits = await takePermits(runId, 4, 20);
    const next = takePermits(runId, 4, 1000);
    endAll(permits);
    expect(await next).toHaveLength(4);
  });

  it("keep their place until the tile is committed: what a crash repeats is never more than may be in flight", async () => {
    const runId = open(3);
    const permits = await takePermits(runId, 3, 20);
    for (const permit of permits) permit.callStarts();
    for (const permit of permits) permit.callSucceeded(0);
    expect(await takePermits(runId, 3, 20)).toHaveLength(0);
    endAll(permits);
    expect(await takePermits(runId, 3, 20)).toHaveLength(3);
  });

  it("go back at the answer where a repeated call costs nothing, so that the model is at work meanwhile", async () => {
    const runId = open(3, { ...model, repeatsFreely: true });
    const answered: Permit[] = [];
    const inFlightAfterAnswers = async (): Promise<number> => {
      // Starts are spread over time, so that three places may come one after the other.
      for (let missing = 3; missing > 0; ) {
        const permits = await takePermits(runId, missing, 1000);
        for (const permit of permits) expect(await permit.turn()).toBe(true);
        for (const permit of permits) permit.callStarts();
        for (const permit of permits) permit.callSucceeded(0);
        answered.push(...permits);
        missing -= permits.length;
      }
      return runInFlight(runId);
    };
    for (let round = 0; round < 8; round += 1) expect(await inFlightAfterAnswers()).toBe(0);
    expect(answered).toHaveLength(24);
    // Eight times as many as it may have in flight, and no more: a database that is slow gathers no endless queue.
    expect(await inFlightAfterAnswers()).toBe(3);
    endAll(answered);
    expect(runInFlight(runId)).toBe(0);
  });

  it("rest for a round trip after a refusal, so that refused calls do not chase each other", async () => {
    const runId = open(100);
    const [refused, other] = await takePermits(runId, 4, 20);
    refused?.callStarts();
    refused?.callFailed(new ModelError("throttled", "429"));
    refused?.end();
    other?.end();
    // The limiter lets three be in flight, two are: the third's permit rests for the 200 ms that an unknown round trip takes.
    expect(await takePermits(runId, 4, 50)).toHaveLength(0);
    expect(await takePermits(runId, 4, 400)).toHaveLength(1);
  });

  it("are spent against the budgets per minute", async () => {
    const runId = open(4);
    setModelShare(model.id, { share: 4, requests: 2, tokens: Number.POSITIVE_INFINITY });
    const permits = await takePermits(runId, 4, 20);
    expect(permits).toHaveLength(2);
    permits[0]?.giveBack();
    permits[1]?.end();
    expect(await takePermits(runId, 4, 100)).toHaveLength(1);
  });

  it("are not waited for in a run that is held, and its calls are aborted when it is stopped", async () => {
    const runId = open(1);
    const [permit] = await takePermits(runId, 1, 20);
    const signal = runSignal(runId);
    const waiting = takePermits(runId, 1, 60_000);
    holdRun(runId);
    expect(await waiting).toHaveLength(0);
    expect(signal.aborted).toBe(false);
    abortRun(runId);
    expect(signal.aborted).toBe(true);
    permit?.end();
    const again = open(4);
    expect(await takePermits(again, 4, 20)).toHaveLength(4);
  });

  it("stop while the provider does not answer, and one tries whether it is back", async () => {
    await warmUp(16);
    const runId = open(16);
    const clock = vi.spyOn(performance, "now");
    let now = 1_000_000;
    clock.mockImplementation(() => now);
    try {
      const permits = await takePermits(runId, 16, 50);
      for (const permit of permits) {
        permit.callStarts();
        now += 300;
        permit.callFailed(new ModelError("transient", "connection refused"));
      }
      endAll(permits);
      expect(await takePermits(runId, 16, 30)).toHaveLength(0);
      now += 10_000;
      const tries = await takePermits(runId, 16, 30);
      expect(tries).toHaveLength(1);
      tries[0]?.callStarts();
      tries[0]?.callSucceeded(10);
      tries[0]?.end();
      expect((await takePermits(runId, 16, 50)).length).toBeGreaterThan(1);
    } finally {
      clock.mockRestore();
    }
  });
});
