import { describe, expect, it } from "vitest";
import type { Moderation } from "#lib/core/detection/image.ts";
import { judgePages, nameLook } from "./judge-pages.ts";

function pass(scores: Record<string, number>): Moderation {
  return { verdict: "pass", scores, model: "local:m", reason: null };
}

describe("the verdict on a file of many pages", () => {
  it("passes where every page does, with the highest scores of any", async () => {
    const scores = [{ a: 0.1, b: 0.4 }, { a: 0.3 }, { b: 0.2 }];
    const looked: number[] = [];
    const verdict = await judgePages(3, async (page) => {
      looked.push(page);
      return pass(scores[page] ?? {});
    });
    expect(looked.toSorted()).toEqual([0, 1, 2]);
    expect(verdict).toEqual(pass({ a: 0.3, b: 0.4 }));
  });

  it("blocks for one page far behind, which it names, and looks no further", async () => {
    let looked = 0;
    const verdict = await judgePages(40, async (page) => {
      looked += 1;
      return page < 7
        ? pass({ a: 0.1 })
        : { verdict: "block", scores: { a: 0.9 }, model: "local:m", reason: "too bare" };
    });
    expect(verdict).toMatchObject({ verdict: "block", scores: { a: 0.9 }, reason: "page 8: too bare" });
    expect(looked).toBe(8);
  });

  it("tells the part of a page that it blocks for from all of it", async () => {
    const judged = (blocked: number) =>
      judgePages(
        5,
        async (at) =>
          at === blocked ? { verdict: "block", scores: {}, model: "local:m", reason: "too bare" } : pass({ a: 0.1 }),
        nameLook,
      );
    expect((await judged(3)).reason).toBe("part 3 of 4: too bare");
    expect((await judged(0)).reason).toBe("too bare");
    expect((await judged(9)).verdict).toBe("pass");
  });

  it("sums what a judge took, also for what it looked at beside the page that it blocks for", async () => {
    const use = (calls: number, cost: number | null) => ({ calls, tokens: { input: 10, output: 2 }, cost });
    const taking = (costs: (number | null)[], blocked = -1) =>
      judgePages(costs.length, async (page) => {
        const verdict = page === blocked ? "block" : "pass";
        return { ...pass({}), verdict, usage: use(page + 1, costs[page] ?? null) };
      });
    expect((await taking([0.5, null, 0.25])).usage).toEqual({ calls: 6, tokens: { input: 30, output: 6 }, cost: 0.75 });
    expect((await taking([null, null, null], 0)).usage).toEqual({
      calls: 3,
      tokens: { input: 20, output: 4 },
      cost: null,
    });
    expect(await judgePages(1, async () => pass({}))).not.toHaveProperty("usage");
  });

  it("gives the reason of an only page as it stands, and passes failures on", async () => {
    const blocked: Moderation = { verdict: "block", scores: {}, model: "local:m", reason: "too bare" };
    expect(await judgePages(1, async () => blocked)).toEqual(blocked);
    await expect(
      judgePages(2, async (page) => {
        if (page === 1) throw new Error("cannot be read");
        return pass({});
      }),
    ).rejects.toThrow("cannot be read");
  });
});
