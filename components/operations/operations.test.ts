import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Run } from "#lib/core/detection/run.ts";
import type { LiveEvent } from "../api/live.ts";
import { createOperations } from "./operations.ts";

/** The server: its answers wait until a test lets them go; the handler of its stream is kept. */
const server = vi.hoisted(() => ({
  state: "running",
  runs: [] as ((answered?: string) => void)[],
  history: () => Promise.resolve(),
  onEvent: (_event: LiveEvent): void => undefined,
}));

vi.mock("../api/runs.ts", () => ({
  readRun: () =>
    new Promise((resolve) => {
      const { state } = server;
      server.runs.push(() => resolve({ id: "run", imageId: "image", state, configuration: { pages: [0] } }));
    }),
  readLedger: () => Promise.resolve(),
  readHistory: () => server.history(),
}));
vi.mock("../api/images.ts", () => ({ readImage: () => Promise.resolve({ id: "image" }) }));
vi.mock("../api/live.ts", () => ({
  listen: (_address: string, _resumes: boolean, handlers: { onEvent: (event: LiveEvent) => void }) => {
    server.onEvent = handlers.onEvent;
    return () => undefined;
  },
}));

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The run changes, and its event arrives. */
function changeTo(state: Run["state"]): void {
  server.state = state;
  server.onEvent({
    imageId: "image",
    runId: "run",
    at: new Date().toISOString(),
    event: { kind: "run", state, reason: null, tilesTotal: null },
  });
}

beforeEach(() => Object.assign(server, { state: "running", runs: [], history: () => Promise.resolve() }));

describe("the page of a run", () => {
  it("shows how the run ended where that happened while its history was being read", async () => {
    let read = (): void => undefined;
    server.history = () => new Promise((resolve) => (read = resolve));
    const operations = createOperations("run");
    const stop = operations.start();
    server.runs.shift()?.();
    await settle();
    changeTo("partial");
    read();
    await settle();
    expect(operations.store.get().run?.state).toBe("running");
    server.runs.shift()?.();
    await settle();
    expect(operations.store.get().run?.state).toBe("partial");
    stop();
  });

  it("is not set back by an older answer that comes late", async () => {
    const operations = createOperations("run");
    const stop = operations.start();
    server.runs.shift()?.();
    await settle();
    changeTo("synthesizing");
    changeTo("completed");
    expect(server.runs).toHaveLength(1);
    server.runs.shift()?.();
    await settle();
    expect(server.runs).toHaveLength(1);
    server.runs.shift()?.();
    await settle();
    expect(operations.store.get().run?.state).toBe("completed");
    stop();
  });
});
