import { processWide } from "#lib/process-wide.ts";

type Closer = { name: string; close: () => Promise<void> };

function closers(): Closer[] {
  return processWide("closers", (): Closer[] => []);
}

/** Registers what must be closed when the process ends in order. Closed last in, first out. */
export function onShutdown(name: string, close: () => Promise<void>): void {
  closers().push({ name, close });
}

const CLOSE_TIMEOUT_MS = 12_000;

/** Closes everything that registered; one that fails or hangs does not keep the others. */
export async function shutDown(): Promise<void> {
  for (let closer = closers().pop(); closer; closer = closers().pop()) {
    const timeout = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS).unref());
    await Promise.race([closer.close().catch(() => undefined), timeout]);
  }
}
