import Link from "next/link";
import type { Run, RunConfiguration } from "#lib/core/detection/run.ts";
import { levelOf } from "#lib/core/tiling/plan-run.ts";
import { CutSentences } from "../runs/cut-sentences.tsx";
import { presetTitle } from "../runs/preset-title.ts";
import { formatCount, plural } from "../ui/format.ts";
import { RoutingTable } from "./routing-table.tsx";

/** Which providers saw the picture, and which of them were allowed to by starting this run. */
function pixelsWentTo({ configuration, allowedProviders }: Run): string {
  const { model, escalationModel, moderationModel } = configuration;
  const models = [model, escalationModel, moderationModel].filter((id) => typeof id === "string");
  const providers = [...new Set(models.map((id) => id.slice(0, id.indexOf(":"))))].filter((name) => name !== "local");
  if (providers.length === 0) return "nobody: the models run here";
  const allowed = providers.filter((name) => allowedProviders.includes(name));
  return `${providers.join(", ")}${allowed.length > 0 ? `, allowed with this run: ${allowed.join(", ")}` : ", allowed before"}`;
}

/** Which model looks again, how much it may have, and by which rule. */
function escalationFacts({ escalationModel, escalation }: RunConfiguration): [string, string][] {
  if (!escalationModel || !escalation) return [];
  const { share, band, uncertainShare, uncertainCount, dense, disagreement } = escalation;
  const percent = (part: number): string => `${Math.round(part * 100)}%`;
  const rule = [
    `scores of ${percent(band[0])} to ${percent(band[1])} in ${percent(uncertainShare)} or ${uncertainCount} of its detections`,
    `more than ${plural(dense, "detection")}`,
    `${percent(disagreement)} of what neighbours show, too, not seen by both`,
    "no usable reply",
  ];
  return [
    ["Stronger model", `${escalationModel}, at most ${percent(share)} of the tiles and of the budget`],
    ["It looks at", rule.join("; ")],
  ];
}

/** The frozen configuration of a run, what each model did, and the scene that came of it. */
export function RunFacts({ run }: { run: Run }) {
  const { configuration: frozen } = run;
  const level = levelOf(frozen.tiling);
  const resolution = level > 0 ? `, read at 1/${2 ** level}` : "";
  const tiling =
    "tile" in frozen.tiling
      ? `${frozen.tiling.tile} px tiles, ${Math.round(frozen.tiling.overlap * 100)}% overlap${resolution}`
      : `${frozen.tiling.columns} × ${frozen.tiling.rows} tiles, ${Math.round(frozen.tiling.overlap * 100)}% overlap`;
  const { calls, tokens, cost } = frozen.budget ?? {};
  const budget = [
    calls === undefined ? [] : `${formatCount(calls)} calls`,
    tokens === undefined ? [] : `${formatCount(tokens)} tokens`,
    cost === undefined ? [] : `${cost} US$`,
  ]
    .flat()
    .join(", ");
  const facts: [string, string][] = [
    ["Preset", presetTitle(frozen)],
    ["Model", frozen.model],
    ...escalationFacts(frozen),
    ["Scene by", frozen.synthesisModel],
    ["Tiling", tiling],
    ["Classes", frozen.classes.join(", ") || "all that the model knows"],
    ["Prompt", frozen.prompt ?? "–"],
    ["Least certainty", `${Math.round(frozen.minScore * 100)}%`],
    ["Merging", `${frozen.merge.method}, ${frozen.merge.metric} ${frozen.merge.threshold}`],
    ["Attempts", `${frozen.retry.attempts}, each ${frozen.retry.timeoutMs / 1000} s at most`],
    ["Budget", budget || "none"],
    ["Pixels went to", pixelsWentTo(run)],
  ];
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <section aria-labelledby="configuration" className="rounded-lg border border-line bg-panel px-4 py-3">
        <h2 id="configuration" className="mb-2 font-semibold">
          Configuration
        </h2>
        <dl className="grid grid-cols-[8rem_1fr] gap-x-3 gap-y-1 text-sm">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ))}
        </dl>
        <RoutingTable run={run} />
      </section>
      {run.scene && (
        <section aria-labelledby="scene" className="rounded-lg border border-line bg-panel px-4 py-3">
          <h2 id="scene" className="font-semibold">
            Scene
          </h2>
          <p className="mb-2 text-xs text-muted">{run.scene.title}</p>
          <div className="flex flex-col gap-2 text-sm">
            {run.scene.sentences.map((sentence) => (
              <p key={sentence.text}>{sentence.text}</p>
            ))}
          </div>
          <CutSentences synthesis={run.synthesis} />
          <Link
            href={`/images/${run.imageId}?run=${run.id}`}
            className="mt-2 inline-block text-sm font-medium text-accent hover:underline"
          >
            See it on the picture
          </Link>
        </section>
      )}
    </div>
  );
}
