import { expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

it("does one round at a time, and one more for all that is asked meanwhile", async () => {
  let rounds = 0;
  let underWay = 0;
  const work = oneAtATime(async () => {
    underWay += 1;
    expect(underWay).toBe(1);
    rounds += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay -= 1;
  });
  const first = work();
  await Promise.all([work(), work(), work()]);
  expect(rounds).toBe(1);
  await first;
  expect(rounds).toBe(2);
  await work();
  expect(rounds).toBe(3);
});
