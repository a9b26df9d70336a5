import { inSnapshot, pool } from "#db/client.ts";
import { readClassColours } from "#db/queries/class-colours.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { overviewMarks } from "#lib/core/report/overview-marks.ts";
import type { SharedView } from "#lib/core/report/shared-view.ts";
import { readFindingsIn } from "../reports/read-report-pages.ts";
import { reportPictures } from "../reports/report-pictures.ts";
import { requireShared } from "./image-links.ts";
import { dataAddress } from "./shared-report.ts";

/** A view is shown with this many pixels a side at most. */
const MOST_PIXELS = 2000;

/** The view that a link shares: the part of the picture itself, and where the link says so what was found there. Throws `not-found`. */
export async function readSharedView(token: string): Promise<SharedView> {
  const { imageId, view, runId, findings, name, expiresAt } = await requireShared(token, "view");
  if (!view) throw new TesseraError("not-found", "this link shares no view");
  const { page, region } = view;
  const [x, y] = [Math.floor(region[0]), Math.floor(region[1])];
  const [width, height] = [Math.max(1, Math.floor(region[2])), Math.max(1, Math.floor(region[3]))];
  const jpeg = await reportPictures(imageId)({ page, x, y, width, height }, MOST_PIXELS);
  if (!jpeg) throw new TesseraError("not-found", "there is no picture here that can be shown");
  const facts = findings
    ? await inSnapshot((client) =>
        readFindingsIn(
          client,
          { imageId, page, run: runId ?? undefined, notReview: "rejected" },
          { page, region: [x, y, width, height] },
        ),
      )
    : { page, width, height, count: 0, boxes: [], cells: null };
  const colours = findings ? await readClassColours(pool(), { imageId, run: runId }) : {};
  const picture = dataAddress("image/jpeg", jpeg);
  return { name, expiresAt: expiresAt.toISOString(), picture, width, height, ...overviewMarks(facts, colours) };
}
