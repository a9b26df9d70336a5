import { expect, it } from "vitest";
import { MODERATED_SIDE, moderationLooks } from "./moderation-looks.ts";

function picture(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1) data[at * 3] = (at % width) / 16 + Math.floor(at / width) / 16;
  return { data, width, height };
}

it("a page that is looked at whole without shrinking has one look", async () => {
  const small = picture(1024, 700);
  expect(await moderationLooks(small)).toEqual([small]);
});

it("a larger one is seen whole, and in parts that leave nothing out and are as fine as the overview", async () => {
  const large = picture(MODERATED_SIDE, 1101);
  const [whole, ...parts] = await moderationLooks(large);
  expect(whole).toMatchObject({ width: 1024, height: 551 });
  expect(parts.map(({ width, height }) => [width, height])).toEqual([
    [1024, 550],
    [1024, 550],
    [1024, 551],
    [1024, 551],
  ]);
  const [, , , last] = parts;
  const corner = (550 * large.width + 1024) * 3;
  expect(last?.data[0]).toBe(large.data[corner]);
});

it("a long one is parted along its length alone", async () => {
  const looks = await moderationLooks(picture(2048, 300));
  expect(looks.map(({ width, height }) => [width, height])).toEqual([
    [1024, 150],
    [1024, 300],
    [1024, 300],
  ]);
});
