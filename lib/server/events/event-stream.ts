import { pool } from "#db/client.ts";
import {
  comparePositions,
  formatPosition,
  type OutboxPosition,
  type OutboxRow,
  parsePosition,
  readHistory,
} from "#db/queries/outbox.ts";
import type { RunProgress } from "#db/queries/tile-counts.ts";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { instruments } from "../metrics/instruments.ts";
import { subscribe } from "./hub.ts";
import { followProgress } from "./progress.ts";

/** Further behind than this many events, a client is told to read anew instead of being sent them all. */
const CATCH_UP_LIMIT = 5000;
/** Unsent bytes at which a consumer counts as too slow and is let go; it reconnects with Last-Event-ID. */
const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;
const HEARTBEAT_MS = 25_000;

/** What a stream is about. `kinds` narrows an image's or the library's stream to what its page draws. */
export type StreamScope = { runId: string } | { imageId: string } | { kinds: readonly TesseraEvent["kind"][] };

function scopeName(scope: StreamScope): string {
  return "runId" in scope ? "run" : "imageId" in scope ? "image" : "library";
}

function concerns(scope: StreamScope, row: OutboxRow): boolean {
  if ("runId" in scope) return row.runId === scope.runId;
  if ("imageId" in scope) return row.imageId === scope.imageId;
  const event = row.event;
  return (
    typeof event === "object" && event !== null && "kind" in event && scope.kinds.some((kind) => kind === event.kind)
  );
}

function frame(row: OutboxRow): string {
  const kind =
    typeof row.event === "object" && row.event !== null && "kind" in row.event ? String(row.event.kind) : "message";
  const data = {
    imageId: row.imageId,
    runId: row.runId,
    at: row.at.toISOString(),
    ...(typeof row.event === "object" ? row.event : {}),
  };
  return `id: ${formatPosition(row.position)}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

function progressFrame({ runId, imageId, tiles, throttled }: RunProgress): string {
  return `event: progress\ndata: ${JSON.stringify({ imageId, runId, tiles, throttled })}\n\n`;
}

/**
 * The answer to a request for server-sent events: first what happened since `lastEventId`, then everything as it happens, in
 * order and without gaps. Without `lastEventId` the stream starts now; its first line is an `open` event, after which a
 * snapshot read by the client misses nothing.
 */
export function eventStream(scope: StreamScope, lastEventId: string | null, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let stop: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        const waiting: OutboxRow[] = [];
        let live = false;
        let ended = false;
        let sent: OutboxPosition | null = lastEventId === null ? null : parsePosition(lastEventId);

        const push = (text: string): void => {
          if (ended) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) < -BACKLOG_LIMIT_BYTES) end();
        };
        const deliver = (row: OutboxRow): void => {
          if (sent && comparePositions(row.position, sent) <= 0) return;
          sent = row.position;
          push(frame(row));
        };
        const { from, unsubscribe } = await subscribe((rows) => {
          for (const row of rows) {
            if (!concerns(scope, row)) continue;
            if (live) deliver(row);
            else waiting.push(row);
          }
        });
        // What is told of many runs has no place in the order of events: after a break it is read anew.
        const unfollow =
          "kinds" in scope && scope.kinds.includes("progress")
            ? await followProgress((runs) => push(runs.map(progressFrame).join("")))
            : () => undefined;
        const clients = instruments().eventClients.labels(scopeName(scope));
        clients.inc();
        const heartbeat = setInterval(() => push(": still here\n\n"), HEARTBEAT_MS);
        const end = (): void => {
          if (ended) return;
          ended = true;
          clearInterval(heartbeat);
          unsubscribe();
          unfollow();
          clients.dec();
          try {
            controller.close();
          } catch {
            // The reader has gone already.
          }
        };
        stop = end;
        signal.addEventListener("abort", end, { once: true });

        if (sent && !("kinds" in scope)) {
          const missed = await readHistory(pool(), scope, sent, from, CATCH_UP_LIMIT + 1);
          if (missed.length > CATCH_UP_LIMIT) {
            sent = from;
            push(`id: ${formatPosition(from)}\nevent: reset\ndata: {}\n\n`);
          } else missed.forEach(deliver);
        }
        push(`id: ${formatPosition(sent ?? from)}\nevent: open\ndata: {}\n\n`);
        live = true;
        waiting.forEach(deliver);
      },
      cancel() {
        stop();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
