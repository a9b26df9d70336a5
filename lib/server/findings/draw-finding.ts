import type { z } from "zod";
import { inTransaction, pool } from "#db/client.ts";
import { insertDrawnFinding, insertFindingEvent } from "#db/queries/findings.ts";
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
 * Adds a finding that a person drew; it counts as accepted. Where it has a shape beyond the box, the box is the shape's. Throws
 * `not-found` for the image, `bad-input` where the shape lies outside the page.
 */
export async function drawFinding(drawn: z.infer<typeof newFindingSchema>, actor: string): Promise<Finding> {
  const image = await requireImage(drawn.imageId);
  const size = image.pages[drawn.page];
  if (!size) throw new TesseraError("bad-input", `the image has no page ${drawn.page}`);
  const bounds = shapeBox(drawn.box, drawn.geometry);
  if (intersectionArea(bounds, box(0, 0, size.width, size.height)) === 0) {
    throw new TesseraError("bad-input", "the shape lies outside the picture, or has no area");
  }
  if (drawn.runId !== null && (await findRun(pool(), drawn.runId))?.imageId !== drawn.imageId) {
    throw new TesseraError("bad-input", "the image has no such run");
  }
  const row = await inTransaction(async (client) => {
    const saved = await insertDrawnFinding(client, { ...drawn, id: uuidv7(), box: bounds, actor });
    const after = { label: saved.label, box: bounds, review: saved.review };
    await insertFindingEvent(client, { findingId: saved.id, actor, action: "draw", before: null, after });
    await announceChanged(client, [saved]);
    return saved;
  });
  wake();
  return presentFinding(row);
}

/** The box of a shape: the geometry's own bounds where there is one. */
export function shapeBox(given: readonly [number, number, number, number], geometry: Geometry | null): Box {
  return geometry && geometry.type !== "Point" ? box(...boundsOfGeometry(geometry)) : box(...given);
}
