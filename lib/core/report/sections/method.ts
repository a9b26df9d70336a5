import type { ModelShare, RunConfiguration } from "#lib/core/detection/run.ts";
import { formatCost, formatCount, formatMs, formatSeconds, plural } from "#lib/core/quantities.ts";
import { modelShareLine } from "#lib/core/routing/model-share-line.ts";
import { SKIP_RULES, SKIPPED_GROUND } from "#lib/core/tiling/background.ts";
import type { Block, Section } from "../report-document.ts";
import type { ReportFacts } from "../report-facts.ts";
import { formatUtc, percent } from "../words.ts";

type Row = { name: string; value: string };

/** Models, prompt and parameters as they were frozen, and what the analysis took. */
export function methodSection(facts: ReportFacts): Section {
  const blocks: Block[] = [
    { kind: "facts", rows: configurationRows(facts) },
    { kind: "facts", rows: effortRows(facts) },
  ];
  return { id: "method", title: "Method and effort", blocks };
}

function configurationRows({ run: { configuration: frozen, presetTitle }, tiles }: ReportFacts): Row[] {
  const version = frozen.presetVersion === undefined ? "" : `, version ${frozen.presetVersion}`;
  const thresholds = Object.entries(frozen.thresholds ?? {}).map(([label, least]) => `${label} ${percent(least)}`);
  const seen = tiles.models.map(({ model, tiles: count }) => `${model} (${plural(count, "tile")})`);
  return [
    { name: "Preset", value: `${presetTitle} (${frozen.preset}${version})` },
    { name: "Model", value: frozen.model },
    ...(frozen.escalationModel ? [{ name: "Stronger model", value: strongerOf(frozen) }] : []),
    { name: "Tiles read by", value: seen.join(", ") || "none" },
    { name: "Scene by", value: frozen.synthesisModel },
    { name: "Moderation", value: frozen.moderationModel ?? "the verdict of when the image came in" },
    { name: "Classes", value: frozen.classes.join(", ") || "all that the model knows" },
    { name: "Prompt", value: frozen.prompt ?? "none" },
    { name: "Least certainty", value: [percent(frozen.minScore), ...thresholds].join("; ") },
    { name: "Tiling", value: tilingOf(frozen) },
    { name: "Merging", value: `${frozen.merge.method} by ${frozen.merge.metric} from ${frozen.merge.threshold}` },
    { name: "Pages", value: frozen.pages.map((page) => page + 1).join(", ") },
    { name: "Region", value: frozen.region ? "a polygon, see the configuration" : "all of it" },
    { name: "Empty tiles", value: emptyTilesOf(frozen) },
    { name: "Attempts", value: `${frozen.retry.attempts}, each ${formatMs(frozen.retry.timeoutMs)} at most` },
  ];
}

function emptyTilesOf({ skipBackground, skipRules = [...SKIP_RULES] }: RunConfiguration): string {
  if (skipBackground !== true || skipRules.length === 0) return "looked at, too";
  return `left out: ${skipRules.map((rule) => SKIPPED_GROUND[rule]).join(", ")}`;
}

function strongerOf({ escalationModel, escalation }: RunConfiguration): string {
  return `${escalationModel}, at most ${percent(escalation?.share ?? 0)} of the tiles`;
}

function tilingOf({ tiling, wholePicture, multiScale }: RunConfiguration): string {
  const size = "tile" in tiling ? `${tiling.tile} px tiles` : `${tiling.columns} × ${tiling.rows} tiles`;
  return `${size}, ${percent(tiling.overlap)} overlap${multiScale ? ", each also in parts" : ""}${wholePicture ? ", and the whole picture at once" : ""}`;
}

function effortRows({ run }: ReportFacts): Row[] {
  const { figures, startedAt, finishedAt } = run;
  const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : null;
  const { input, output } = figures.tokens;
  return [
    { name: "Asked for by", value: `${run.createdBy}, ${formatUtc(run.createdAt)}` },
    { name: "Began", value: formatUtc(startedAt) },
    { name: "Ended", value: formatUtc(finishedAt) },
    { name: "Took", value: seconds === null ? "–" : formatSeconds(seconds) },
    {
      name: "A tile",
      value: `${formatMs(figures.latencyMs.p50)} in the middle, ${formatMs(figures.latencyMs.p95)} at the 95th percentile`,
    },
    { name: "At once", value: `${plural(run.concurrency, "tile")} at most` },
    {
      name: "Repeated",
      value: `${plural(figures.retries, "attempt")}; refused for now ${plural(run.throttled, "time")}`,
    },
    { name: "Tokens", value: `${formatCount(input)} in, ${formatCount(output)} out` },
    {
      name: "Cost",
      value: figures.models.every(({ model }) => isLocal(model))
        ? "nothing: the model runs here"
        : formatCost(figures.cost),
    },
    ...(figures.models.length > 1 ? figures.models.map(shareRow) : []),
  ];
}

function shareRow(share: ModelShare): Row {
  const [name = "", ...value] = modelShareLine(share).split(": ");
  return { name: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, value: value.join(": ") };
}

function isLocal(model: string): boolean {
  return model.startsWith("local:");
}
