import { expect, it } from "vitest";
import { shownColours } from "./shown-colours.ts";

const runOf = (id: string, colours?: Record<string, string>) => ({ id, configuration: { colours } });

it("classes have the colours of the run that is shown; of all runs where none is chosen, the newest first", () => {
  const runs = [runOf("new", { car: "#000001" }), runOf("plain"), runOf("old", { car: "#000002", bus: "#000003" })];
  expect(shownColours({ runs, runId: "old" })).toEqual({ car: "#000002", bus: "#000003" });
  expect(shownColours({ runs, runId: "plain" })).toEqual({});
  expect(shownColours({ runs, runId: "gone" })).toEqual({});
  expect(shownColours({ runs, runId: null })).toEqual({ car: "#000001", bus: "#000003" });
});
