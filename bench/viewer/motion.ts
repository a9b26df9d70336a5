import type { Page } from "@playwright/test";

/** What was felt while the picture moved: frames a second, and milliseconds from a movement of the hand to the frame after it. */
export type Motion = { framesPerSecond: number; latencyP50Ms: number; latencyP95Ms: number };

/**
 * Waits until all is drawn that was asked for. Without a display nothing holds frames back that the emulated graphics card is behind with:
 * seconds of them gather, and are paid by what is measured next. Returns how many milliseconds that took.
 */
async function drawn(page: Page): Promise<number> {
  const began = performance.now();
  await page.screenshot({ clip: { x: 0, y: 0, width: 8, height: 8 } });
  return performance.now() - began;
}

/**
 * Takes frames and latencies while `work` goes on. Frames count in which graphics were drawn, when they are on the screen; what asking for
 * that takes does not.
 */
async function felt(page: Page, work: () => Promise<void>): Promise<Motion> {
  await drawn(page);
  await page.evaluate(() => {
    const taken = { frames: 0, began: performance.now(), latencies: [] as number[], drew: false };
    Object.assign(window, { taken });
    const drawing = { WebGLRenderingContext, WebGL2RenderingContext, CanvasRenderingContext2D };
    for (const { prototype } of Object.values(drawing)) {
      for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawImage"]) {
        const draw: unknown = Reflect.get(prototype, name);
        if (typeof draw !== "function" || Reflect.has(draw, "isCounted")) continue;
        const counted = function (this: unknown, ...given: unknown[]): unknown {
          const now: unknown = Reflect.get(window, "taken");
          if (typeof now === "object" && now !== null) Reflect.set(now, "drew", true);
          return Reflect.apply(draw, this, given);
        };
        Reflect.set(prototype, name, Object.assign(counted, { isCounted: true }));
      }
    }
    const count = (): void => {
      if (Reflect.get(window, "taken") !== taken) return;
      if (taken.drew) taken.frames += 1;
      taken.drew = false;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    const note = (event: Event): void => {
      if (Reflect.get(window, "taken") !== taken) return;
      // A task after the frame is run when the frame has been handed over.
      requestAnimationFrame(() => setTimeout(() => taken.latencies.push(performance.now() - event.timeStamp)));
    };
    for (const kind of ["pointermove", "wheel"]) window.addEventListener(kind, note, { capture: true, passive: true });
  });
  await work();
  const { frames, began, latencies } = await page.evaluate(() => {
    const taken: unknown = Reflect.get(window, "taken");
    Reflect.deleteProperty(window, "taken");
    const read = (name: string): unknown =>
      typeof taken === "object" && taken !== null ? Reflect.get(taken, name) : 0;
    const latencies = read("latencies");
    return {
      frames: Number(read("frames")),
      began: Number(read("began")),
      latencies: Array.isArray(latencies) ? latencies.map(Number) : [],
    };
  });
  await drawn(page);
  const all = await page.evaluate((from) => performance.now() - from, began);
  // What asking takes where nothing is left to draw, not what may have come meanwhile.
  const asking = [await drawn(page), await drawn(page), await drawn(page)];
  const ms = all - Math.min(...asking);
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { framesPerSecond: (frames * 1000) / ms, latencyP50Ms: at(0.5), latencyP95Ms: at(0.95) };
}

/** Moves the hand for so long, as fast as the page takes it in. */
async function during(ms: number, step: (at: number) => Promise<void>): Promise<void> {
  const until = performance.now() + ms;
  for (let at = 0; performance.now() < until; at += 1) await step(at);
}

/** What is set off by a first movement is over after so long. */
const WARM_UP_MS = 1000;

/** Drags the picture around in circles. */
export async function pan(page: Page, ms: number): Promise<Motion> {
  const { width, height } = page.viewportSize() ?? { width: 1440, height: 900 };
  const [x, y] = [width / 2, height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const circle = (at: number): Promise<void> =>
    page.mouse.move(x + 180 * Math.sin(at / 9), y + 120 * (1 - Math.cos(at / 9)));
  await during(WARM_UP_MS, circle);
  const motion = await felt(page, () => during(ms, circle));
  await page.mouse.up();
  return motion;
}

/** Turns the wheel in and out again. */
export async function zoom(page: Page, ms: number): Promise<Motion> {
  const { width, height } = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.mouse.move(width / 2, height / 2);
  return felt(page, () =>
    during(ms, async (at) => {
      await page.mouse.wheel(0, at % 16 < 8 ? -100 : 100);
      await page.waitForTimeout(80);
    }),
  );
}
