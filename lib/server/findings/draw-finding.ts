import type { z } from "zod";
import { inTransaction, pool } from "#db/client.ts";
import { type FindingRow, findFinding, insertDrawnFinding, insertFindingEvent } from "#db/queries/findings.ts";
import { findRun } from "#db/queries/runs.ts";
import type { Finding, Geometry, newFindingSchema } from "#lib/core/detection/finding.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { type Box, box, intersectionArea } from "#lib/core/geometry/box.ts";
import { boundsOfGeometry } from "#lib/core/geometry/shape.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { wake } from "../events/outbox.ts";
import { requireImage } from "../images/read-image.ts";
import { announceChanged } from "./announce.ts";
import { presentFinding } from "./present-finding.ts";

/**
 * Adds a finding that a person drew; it counts as accepted. Where it has a shape beyond the box, the box is the shape's. One that is sent
 * again under its id is answered as it stands. Throws `not-found` for the image, `bad-input` where the shape lies outside the page,
 * `conflict` where the id is another's.
 */
export async function drawFinding(drawn: z.infer<typeof newFindingSchema>, actor: string): Promise<Finding> {
  const image = await requireImage(drawn.imageId);
  const size = image.pages[drawn.page];
  if (!size) throw new TesseraError("bad-input", `the image has no page ${drawn.page}`);
  const bounds = shapeBox(drawn.box, drawn.geometry);
  if (!liesOnPage(bounds, drawn.geometry, size)) {
    throw new TesseraError("bad-input", "the shape lies outside the picture, or has no area");
  }
  if (drawn.runId !== null && (await findRun(pool(), drawn.runId))?.imageId !== drawn.imageId) {
    throw new TesseraError("bad-input", "the image has no such run");
  }
  const id = drawn.id ?? uuidv7();
  const row = await inTransaction(async (client) => {
    const saved = await insertDrawnFinding(client, { ...drawn, id, box: bounds, actor });
    if (!saved) return null;
    const after = { label: saved.label, box: bounds, review: saved.review };
    const event = { findingId: saved.id, actor, action: "draw", before: null, after, writeId: null, sampled: false };
    await insertFindingEvent(client, event);
    await announceChanged(client, [saved]);
    return saved;
  });
  wake();
  return presentFinding(row ?? (await drawnBefore(id, drawn.imageId, actor)));
}

async function drawnBefore(id: string, imageId: string, actor: string): Promise<FindingRow> {
  const row = await findFinding(pool(), id);
  if (row?.imageId === imageId && row.createdBy === actor) return row;
  throw new TesseraError("conflict", "the id is taken by another finding, or by one that was removed", {
    remedy: "send it without an id",
  });
}

/** Points and lines have no area: they lie on the page where their bounds touch it. */
function liesOnPage(bounds: Box, geometry: Geometry | null, size: { width: number; height: number }): boolean {
  if (geometry?.type !== "Point" && geometry?.type !== "LineString") {
    return intersectionArea(bounds, box(0, 0, size.width, size.height)) > 0;
  }
  const [x, y, width, height] = bounds;
  return x <= size.width && y <= size.height && x + width >= 0 && y + height >= 0;
}

/** The box of a shape: the geometry's own bounds where there is one that has any. */
export function shapeBox(given: readonly [number, number, number, number], geometry: Geometry | null): Box {
  return geometry && geometry.type !== "Point" ? box(...boundsOfGeometry(geometry)) : box(...given);
}
