import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { subscribe } from "./hub.ts";
import { appendEvent, wake } from "./outbox.ts";

freshDatabase();

/** An address at which every connection is cut at once, and how often one was tried. */
async function deadEnd() {
  let attempts = 0;
  const server = createServer((socket) => {
    attempts += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return { port: address.port, attempts: () => attempts, close: () => server.close() };
}

it("asks a database that is away for a connection twice a second, not ever more often, and loses no event", async () => {
  const { imageId, runId } = await imageWithRun();
  const heard: unknown[] = [];
  await subscribe((rows) => heard.push(...rows.map((row) => row.event)));
  const event: TesseraEvent = { kind: "claimed", indexes: [7] };

  const away = await deadEnd();
  const url = process.env["DATABASE_URL"] ?? "";
  process.env["DATABASE_URL"] = `postgres://postgres@127.0.0.1:${away.port}/postgres`;
  await pool().query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  await sleep(4000);
  expect(away.attempts()).toBeGreaterThan(3);
  expect(away.attempts()).toBeLessThan(10);

  await appendEvent(pool(), { imageId, runId, event });
  process.env["DATABASE_URL"] = url;
  await vi.waitFor(() => expect(heard).toContainEqual(event), { timeout: 5000 });
  await appendEvent(pool(), { imageId, runId, event: { kind: "claimed", indexes: [8] } });
  wake();
  await vi.waitFor(() => expect(heard).toContainEqual({ kind: "claimed", indexes: [8] }), { timeout: 5000 });
  away.close();
});
