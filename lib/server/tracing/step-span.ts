import type { SpanOptions } from "./tracing.ts";

/** What the steps of a workflow are called in traces. */
const NAMES: Readonly<Record<string, string>> = {
  claimGroup: "run group",
  planRun: "plan",
  analyzeBatch: "batch",
  decideNext: "decide next",
  startGroup: "start group",
  mergeFindings: "merge",
  synthesizeScene: "synthesis",
  failRun: "fail run",
  moderate: "ingest moderation",
  buildPyramid: "ingest pyramid",
  failIngest: "fail ingest",
};

export function stepSpanName(step: string): string {
  return NAMES[step] ?? step;
}

/**
 * Where the span of a step belongs: a group of a run is one trace, however many processes work on it, below the step that claims the
 * group; so is the ingest of an image, below its moderation.
 */
export function stepSpan(step: string, ticket: unknown): SpanOptions {
  if (typeof ticket !== "object" || ticket === null) return { attributes: {} };
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(ticket, name);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const [run, image] = [text("runId"), text("imageId")];
  if (run !== undefined) {
    const group = `${run}:${text("pass")}:${text("sequence")}`;
    return {
      attributes: { run, pass: text("pass"), sequence: text("sequence") },
      place: { of: `group ${group}`, root: step === "claimGroup" },
    };
  }
  if (image === undefined) return { attributes: {} };
  return { attributes: { image }, place: { of: `ingest ${image}`, root: step === "moderate" } };
}
