import type { PoolClient } from "pg";
import { inSnapshot } from "#db/client.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { findImage, type ImageRow } from "#db/queries/images.ts";
import { reportClasses, reportedFindings, reportedUntil, reportReviewers } from "#db/queries/report.ts";
import { figuresOfRuns } from "#db/queries/run-list.ts";
import { findRun, type RunRow } from "#db/queries/runs.ts";
import { environment } from "#lib/config/env.ts";
import type { ReportQuery } from "#lib/core/api/reports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { ReportFacts } from "#lib/core/report/report-facts.ts";
import { pixelInMetres } from "#lib/imaging/georeference.ts";
import { readPresets } from "../presets/presets.ts";
import { estimateRun } from "../review/estimate-run.ts";
import { withAllModels } from "../runs/run-figures.ts";
import { readDistributions } from "./read-distributions.ts";
import { readReportPages } from "./read-report-pages.ts";
import { readReportTiles } from "./read-report-tiles.ts";
import { readTranscripts } from "./read-transcripts.ts";
import { readZones } from "./read-zones.ts";

/** All that a report tells of a run, in one snapshot. Throws `not-found`. */
export async function readReport(runId: string, query: ReportQuery): Promise<ReportFacts> {
  return inSnapshot((client) => readReportIn(client, runId, query));
}

/** The same in a transaction of the caller's. */
export async function readReportIn(client: PoolClient, runId: string, query: ReportQuery): Promise<ReportFacts> {
  const run = await findRun(client, runId);
  const image = run && (await findImage(client, run.imageId));
  if (!image) throw new TesseraError("not-found", "there is no such run");
  const { crops: choice, cropCount: most, ...narrowed } = query;
  const all: FindingConditions = { imageId: image.id, run: run.id, ...narrowed };
  const kept: FindingConditions = { ...all, notReview: "rejected" };
  const figures = (await figuresOfRuns(client, [run.id])).get(run.id);
  if (!figures) throw new Error("an aggregate gave no row");
  const classes = await reportClasses(client, all);
  const last = await reportedUntil(client, run.id);
  const shown = presentImage(image, run);
  return {
    heading: environment().report.title,
    asOf: latest(run, last).toISOString(),
    image: shown,
    run: { ...(await presentRun(run)), figures: withAllModels(figures, run) },
    narrowed,
    tiles: await readReportTiles(client, run, image.pages),
    classes,
    ...(await readDistributions(client, kept, shown.pixelMetres)),
    ...(await readReportPages(client, kept, image.pages, run.configuration.pages)),
    ...(await readZones(client, kept, { pages: run.configuration.pages, classes })),
    estimate: await estimateRun(run.id),
    reviewers: await reportReviewers(client, run.id),
    crops: {
      choice,
      findings: await reportedFindings(client, kept, { choice, most }),
    },
    ...(await readTranscripts(client, run.id, narrowed.page)),
  };
}

function latest(run: RunRow, last: Date | null): Date {
  const known = [run.createdAt, run.startedAt, run.finishedAt, last].filter((each) => each !== null);
  return new Date(Math.max(...known.map((each) => each.getTime())));
}

function presentImage(image: ImageRow, run: RunRow): ReportFacts["image"] {
  const pages = image.pages.map(({ width, height }) => ({ width, height }));
  const first = pages[run.configuration.pages[0] ?? 0];
  return {
    id: image.id,
    name: image.name,
    sha256: image.sha256,
    bytes: image.bytes,
    format: image.format,
    pages,
    scale: image.scale,
    magnification: image.magnification,
    pixelMetres: first ? pixelInMetres(image.scale, first) : null,
  };
}

async function presentRun(run: RunRow): Promise<Omit<ReportFacts["run"], "figures">> {
  const { id, state, reason, configuration, concurrency, throttled, scene, createdBy } = run;
  const preset = (await readPresets()).find((each) => each.id === configuration.preset);
  return {
    ...{ id, state, reason, configuration, concurrency, throttled, scene, createdBy },
    presetTitle: preset?.title ?? configuration.presetTitle ?? configuration.preset,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}
