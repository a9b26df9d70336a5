import { afterEach, describe, expect, it, vi } from "vitest";
import { keepingSignals, onShutdown, shutDown } from "./shutdown.ts";

afterEach(() => vi.restoreAllMocks());

describe("stopping in order", () => {
  it("closes the last opened first, and everything once", async () => {
    const closed: string[] = [];
    for (const name of ["database", "queue", "web"]) onShutdown(name, async () => void closed.push(name));
    await shutDown();
    await shutDown();
    expect(closed).toEqual(["web", "queue", "database"]);
  });

  it("names what fails to close, and closes the rest all the same", async () => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const closed: string[] = [];
    onShutdown("database", async () => void closed.push("database"));
    onShutdown("queue", () => {
      throw new Error("it is stuck");
    });
    await shutDown();
    expect(closed).toEqual(["database"]);
    expect(said).toHaveBeenCalledWith("tessera: closing the queue failed: it is stuck\n");
  });

  it("takes away the signal handlers of others, and none of its own", async () => {
    const ours = (): void => undefined;
    process.on("SIGUSR2", ours);
    await keepingSignals(async () => void process.on("SIGUSR2", () => process.exit(1)));
    expect(process.listeners("SIGUSR2")).toEqual([ours]);
    process.removeListener("SIGUSR2", ours);
  });
});
