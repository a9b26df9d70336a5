import type { CDPSession, Page } from "@playwright/test";

/** What opening a picture took. */
export type Opening = { firstMs: number; fullMs: number; wireBytes: number; heapBytes: number };

/** What the page holds in memory: objects, and the buffers that are behind typed arrays. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
  return usedSize + backingStorageSize;
}

/** Opens a picture, and takes the time until its findings are seen, first and all of them, and what came over the wire for them. */
export async function openPicture(page: Page, address: string, findings: number): Promise<Opening> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const wanted = new Set<string>();
  let wireBytes = 0;
  session.on("Network.responseReceived", ({ requestId, response }) => {
    if (response.url.includes("/findings")) wanted.add(requestId);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (wanted.has(requestId)) wireBytes += encodedDataLength;
  });
  const began = performance.now();
  await page.goto(address, { waitUntil: "commit" });
  await page.locator("[data-testid=viewer] canvas").first().waitFor();
  await page.waitForFunction((any) => {
    const sheet = document.querySelector<HTMLElement>("[data-layer=findings-sheet]");
    const drawn = [...(sheet?.children ?? [])].some((layer) => getComputedStyle(layer).display !== "none");
    return any ? drawn : sheet !== null;
  }, findings > 0);
  const firstMs = performance.now() - began;
  const all = findings.toLocaleString("en");
  if (findings > 0) await page.getByText(`showing ${all} of ${all}`).waitFor({ timeout: 120_000 });
  await page.getByText("are listed so far").waitFor({ state: "detached", timeout: 120_000 });
  const fullMs = performance.now() - began;
  // Tiles of the picture, and what is still to be drawn.
  await page.waitForTimeout(2000);
  const heapBytes = await heapOf(session);
  await session.detach();
  return { firstMs, fullMs, wireBytes, heapBytes };
}
