import type { ComparedPlaces, ComparedPlacesQuery } from "#lib/core/api/compared-places.ts";
import { placesAside } from "../evaluation/aside.ts";
import { readSet } from "../findings/finding-sets.ts";
import { requireRun } from "../runs/read-run.ts";
import { conditionsOfSide } from "./conditions-of-side.ts";

/** Compares a run with up to three others at once, and tells where they agree and differ. Throws `not-found`, `bad-input`, `too-large`. */
export async function comparePlaces(runId: string, query: ComparedPlacesQuery): Promise<ComparedPlaces> {
  const { imageId } = await requireRun(runId);
  const ids = [runId, ...query.with];
  const sets = await Promise.all(ids.map(async (id) => readSet(await conditionsOfSide(imageId, id))));
  return {
    imageId,
    iou: query.iou,
    sides: ids.map((id, side) => ({ id, findings: sets[side]?.length ?? 0 })),
    ...(await placesAside(sets, query)),
  };
}
