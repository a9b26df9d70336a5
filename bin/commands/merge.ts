import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { boxSchema } from "#lib/core/detection/finding.ts";
import type { MergeSettings } from "#lib/core/detection/run.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { type MergedGroup, mergeDetections } from "#lib/core/merging/merge.ts";

const inputSchema = z.object({
  detections: z.array(z.object({ box: boxSchema, score: z.number().min(0).max(1), label: z.string() })),
});

/** `tessera merge`: merges detections from standard input, as JSON. Needs no database. */
export const mergeCommand = new Command("merge")
  .description("merge overlapping detections: JSON on standard input, groups as JSON on standard output")
  .addOption(new Option("--method <method>", "how").choices(["nms", "nmm", "greedy-nmm"]).makeOptionMandatory())
  .addOption(new Option("--metric <metric>", "overlap measure").choices(["iou", "ios"]).makeOptionMandatory())
  .requiredOption("--threshold <number>", "boxes match from this overlap on, 0…1", threshold)
  .option("--json", "print JSON (it always does)")
  .action(async (settings: MergeSettings) => {
    const { detections } = parse(await readStandardInput());
    const groups = mergeDetections(detections, settings);
    await pipeline(Readable.from(toJson(groups)), process.stdout, { end: false });
  });

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new TesseraError("bad-input", "merge reads detections from standard input", {
      remedy: 'pipe {"detections":[{"box":[x,y,w,h],"score":0.9,"label":"car"}]} into it',
    });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): z.infer<typeof inputSchema> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new TesseraError("bad-input", `standard input is not JSON: ${messageOf(error).replaceAll(/\s+/g, " ")}`, {
      cause: error,
    });
  }
  const result = inputSchema.safeParse(document);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TesseraError("bad-input", `${issue?.path.join(".") || "input"}: ${issue?.message}`, {
    remedy: "a detection is {box: [x, y, width, height], score: 0…1, label}",
  });
}

/** In pieces of some thousand groups, so that a million of them never stand in memory as one text. */
function* toJson(groups: readonly MergedGroup[]): Generator<string> {
  const CHUNK = 5000;
  yield '{"groups":[';
  for (let start = 0; start < groups.length; start += CHUNK) {
    const chunk = groups.slice(start, start + CHUNK).map((group) => JSON.stringify(group));
    yield `${start === 0 ? "" : ","}${chunk.join(",")}`;
  }
  yield "]}\n";
}

function threshold(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) throw new InvalidArgumentError("It is a number from 0 to 1.");
  return value;
}
