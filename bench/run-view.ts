import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chromium, type Page } from "@playwright/test";
import { browserLaunch } from "#e2e/support/browser.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { connectTo, startServer } from "#e2e/support/server.ts";
import { gridOf, insertLongRun, tellTiles } from "./run-view/long-run.ts";

/**
 * How fluid the page of a very large run is: its life is written into the database of the product's own server, its page opened in a
 * real browser, and the time between frames taken while things happen on it.
 */

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { tiles: { type: "string", default: "100000" }, pictures: { type: "string" } },
});
const tiles = Number(values.tiles);
const LIFE_SECONDS = 600;
/** Tiles that finish in a second while it is watched live. */
const LIVE_PER_SECOND = 200;

/** What a hand does on the page is ended after this long, however slowly the page follows. */
const LONGEST_MS = 12_000;

function line(what: string, cells: readonly string[]): void {
  process.stdout.write(`${what.padEnd(32)}${cells.map((cell) => cell.padStart(9)).join("")}\n`);
}

/** Does so many steps, fewer where they take too long. */
async function steps(count: number, step: (at: number) => Promise<unknown>): Promise<void> {
  const until = performance.now() + LONGEST_MS;
  for (let at = 0; at < count && performance.now() < until; at += 1) await step(at);
}

/** Takes the milliseconds between frames while `work` goes on, and prints them. */
async function measure(page: Page, what: string, work: () => Promise<void>): Promise<void> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { frameTimes: times });
    const note = (at: number): void => {
      times.push(at);
      if (Reflect.get(window, "frameTimes") === times) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await work();
  const times = await page.evaluate((): number[] => {
    const taken = Reflect.get(window, "frameTimes");
    Reflect.deleteProperty(window, "frameTimes");
    return Array.isArray(taken) ? taken : [];
  });
  const gaps = times
    .slice(1)
    .map((at, index) => at - (times[index] ?? at))
    .sort((a, b) => a - b);
  const at = (share: number): number => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))] ?? 0;
  line(what, [String(gaps.length), at(0.5).toFixed(1), at(0.95).toFixed(1), at(1).toFixed(0)]);
}

const dataDir = await mkdtemp(join(tmpdir(), "tessera-bench-"));
const server = await startServer({ dataDir });
const browser = await chromium.launch(await browserLaunch());
try {
  const grid = gridOf(tiles);
  const imageId = (await server.upload("long.jpg", await noisePicture(grid.widthPx, grid.heightPx))).id;
  const database = await connectTo(dataDir);
  const id = await insertLongRun(database, imageId, { tiles, lifeSeconds: LIFE_SECONDS });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(server.signInLink);
  const done = page.getByRole("listitem").filter({ hasText: "Done" });

  line("", ["frames", "p50 ms", "p95 ms", "most ms"]);
  const began = performance.now();
  await page.goto(`${server.url}/runs/${id}`);
  await measure(page, "opening", async () => {
    await done.first().waitFor({ timeout: 120_000 });
    await page.waitForTimeout(300);
  });
  const openedMs = performance.now() - began;
  if (values.pictures) await page.screenshot({ path: join(values.pictures, "run-view.png"), fullPage: true });

  await measure(page, `live, ${LIVE_PER_SECOND} tiles a second`, async () => {
    await steps(50, (step) => {
      const part = Array.from({ length: LIVE_PER_SECOND / 10 }, (_, index) => (step * 7919 + index * 104_729) % tiles);
      return Promise.all([tellTiles(database, { id, imageId }, part), sleep(100)]);
    });
  });
  await measure(page, "change of what the map shows", async () => {
    for (const mode of ["Latency", "Retries", "Cost", "State"]) {
      await page.getByRole("radio", { name: mode }).check({ force: true });
      await page.waitForTimeout(400);
    }
  });
  const map = await page.getByRole("img", { name: /^Map of/ }).boundingBox();
  await measure(page, "pointing over the map", async () => {
    if (!map) throw new Error("the page has no map");
    await steps(120, (step) =>
      page.mouse.move(map.x + (map.width * step) / 120, map.y + map.height * (0.5 + 0.4 * Math.sin(step / 6))),
    );
  });
  await page.evaluate(() => window.scrollTo(0, 0));
  const slider = await page.locator("section[aria-label=Replay] [role=group]").boundingBox();
  await measure(page, "scrubbing there and back", async () => {
    if (!slider) throw new Error("the replay has no slider");
    const y = slider.y + slider.height / 2;
    await page.mouse.move(slider.x + slider.width - 2, y);
    await page.mouse.down();
    await steps(81, (step) => page.mouse.move(slider.x + 4 + (Math.abs(40 - step) / 40) * (slider.width - 8), y));
    await page.mouse.up();
  });
  await page.getByRole("combobox", { name: "Speed" }).selectOption("60");
  await page.getByRole("slider", { name: "Time shown" }).focus();
  await page.keyboard.press("Home");
  await measure(page, "replay, 60 times as fast", async () => {
    await page.getByRole("button", { name: "Replay the run" }).click();
    await page.waitForTimeout(5000);
  });
  if (values.pictures) await page.screenshot({ path: join(values.pictures, "run-view-replay.png"), fullPage: true });
  const heapMb = await page.evaluate(() => {
    const memory: unknown = Reflect.get(performance, "memory");
    return typeof memory === "object" && memory !== null ? Number(Reflect.get(memory, "usedJSHeapSize")) / 1e6 : 0;
  });

  process.stdout.write(
    `${tiles} tiles; opened in ${(openedMs / 1000).toFixed(1)} s; ${heapMb.toFixed(0)} MB of heap\n`,
  );
  await database.end();
} finally {
  await browser.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
