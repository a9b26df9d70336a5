import { z } from "zod";
import { pool } from "#db/client.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { findRun } from "#db/queries/runs.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { conditionsOfSet } from "../findings/finding-sets.ts";

/** The findings of one side of a comparison, a run of the image or a set there; rejected ones are never among them. Throws `bad-input`. */
export async function conditionsOfSide(imageId: string, side: string): Promise<FindingConditions> {
  if (!z.uuid().safeParse(side).success) return conditionsOfSet(imageId, side);
  if ((await findRun(pool(), side))?.imageId === imageId) return { imageId, run: side, notReview: "rejected" };
  throw new TesseraError("bad-input", "the run's image has no such other run");
}
