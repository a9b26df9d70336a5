/**
 * A tab that sends an upload holds a lock of its name, so that other tabs of the browser do not take it for interrupted. Where the
 * browser has no locks (pages that are not served safely), every unfinished upload seems interrupted in a second tab.
 */
const nameOf = (id: string): string => `tessera-upload-${id}`;

/** Holds the upload until `signal` is aborted or the tab is gone. */
export function holdUpload(id: string, signal: AbortSignal): void {
  const untilLeft = () => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  if (signal.aborted) return;
  navigator.locks?.request(nameOf(id), { ifAvailable: true }, untilLeft).catch(() => undefined);
}

/** Whether some tab, this one included, is sending the upload now. */
export async function isHeldElsewhere(id: string): Promise<boolean> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === nameOf(id));
}
