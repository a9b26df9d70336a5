import { expect, it } from "vitest";
import { oneAtATime, oneAtATimeEach } from "./one-at-a-time.ts";

it("sends one value at a time, of those that come meanwhile the latest alone", async () => {
  const sent: number[] = [];
  const answers: (() => void)[] = [];
  const offer = oneAtATime((value: number) => {
    sent.push(value);
    return new Promise<void>((resolve) => answers.push(resolve));
  });
  for (const value of [1, 2, 3]) offer(value);
  expect(sent).toEqual([1]);
  answers.shift()?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(sent).toEqual([1, 3]);
  answers.shift()?.();
  await new Promise((resolve) => setTimeout(resolve));
  offer(4);
  expect(sent).toEqual([1, 3, 4]);
});

it("keeps keys apart, and does a key that is at work once more afterwards", async () => {
  const begun: string[] = [];
  const answers: (() => void)[] = [];
  const offer = oneAtATimeEach((key) => {
    begun.push(key);
    return new Promise<void>((resolve) => answers.push(resolve));
  });
  for (const key of ["a", "b", "a", "a"]) offer(key);
  expect(begun).toEqual(["a", "b"]);
  for (const answer of answers.splice(0)) answer();
  await new Promise((resolve) => setTimeout(resolve));
  expect(begun).toEqual(["a", "b", "a"]);
});
