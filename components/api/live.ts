import { z } from "zod";
import { eventSchema, type TesseraEvent } from "#lib/core/detection/events.ts";

const KINDS = ["image", "run", "tile", "claimed", "findings", "limit", "scene", "progress"] as const;
const envelopeSchema = z.object({
  imageId: z.uuid().nullish(),
  runId: z.uuid().nullish(),
  at: z.iso.datetime().nullish(),
});

/** `at`: when the transaction that tells of it began, where the server says so. */
export type LiveEvent = { imageId: string | null; runId: string | null; at: string | null; event: TesseraEvent };

type Handlers = {
  onEvent: (event: LiveEvent) => void;
  /** The stream stands: what is read from now on misses nothing. Called again where events may have been missed. */
  onFresh: () => void;
  onConnection: (connected: boolean) => void;
};

/** A tab that was hidden this long stops listening and reads anew when it is looked at again. */
const HIDDEN_GRACE_MS = 60_000;

/**
 * Listens to server-sent events at `address` until the returned function is called; reconnects by itself. `resumes` says that the
 * stream catches up after a break; one that does not asks for a fresh snapshot each time.
 */
export function listen(address: string, resumes: boolean, handlers: Handlers): () => void {
  let source: EventSource | null = null;
  let opened = false;
  let hiddenTimer: ReturnType<typeof setTimeout> | null = null;

  const connect = (): void => {
    opened = false;
    source = new EventSource(address);
    source.addEventListener("open", (message) => {
      handlers.onConnection(true);
      // The browser's own event says only that bytes flow; the server's, of the same name, that nothing is missed from here.
      if (!(message instanceof MessageEvent)) return;
      // After a mere reconnect the stream resumes by Last-Event-ID; else a snapshot has to fill the gap.
      if (!opened || !resumes) handlers.onFresh();
      opened = true;
    });
    source.addEventListener("reset", () => handlers.onFresh());
    source.addEventListener("error", (event) => {
      if (!(event instanceof MessageEvent)) handlers.onConnection(false);
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, (message) => {
        const parsed = readEvent(kind, message.data);
        if (parsed) handlers.onEvent(parsed);
        else handlers.onFresh();
      });
    }
  };
  const onVisibility = (): void => {
    if (hiddenTimer) clearTimeout(hiddenTimer);
    hiddenTimer = null;
    if (!document.hidden) {
      if (!source) connect();
      return;
    }
    hiddenTimer = setTimeout(() => {
      source?.close();
      source = null;
    }, HIDDEN_GRACE_MS);
  };

  connect();
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    if (hiddenTimer) clearTimeout(hiddenTimer);
    source?.close();
    source = null;
  };
}

/** Reads one message; null where it isn't an event that this page knows. */
export function readEvent(kind: string, data: string): LiveEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const event = eventSchema.safeParse(typeof json === "object" ? { kind, ...json } : json);
  const envelope = envelopeSchema.safeParse(json);
  if (!event.success) return null;
  return {
    event: event.data,
    imageId: envelope.data?.imageId ?? null,
    runId: envelope.data?.runId ?? null,
    at: envelope.data?.at ?? null,
  };
}
