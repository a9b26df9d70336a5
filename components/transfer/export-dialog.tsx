"use client";

import { useState } from "react";
import type { ImageScale } from "#lib/core/detection/image.ts";
import type { Space } from "#lib/core/formats/format.ts";
import { ownCrs } from "#lib/core/formats/own-crs.ts";
import {
  EXPORT_FORMATS,
  type ExportChoice,
  type ExportFormat,
  exportAddress,
  exportFormat,
  previewAddress,
  readPreview,
  requestExport,
} from "../api/transfers.ts";
import { openSheet } from "../review/actions.ts";
import { ChoiceField } from "../ui/choice-field.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { plural } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { ExportButtons, FormatField, type ReviewChoice, ReviewField, WhatGoes } from "./export-fields.tsx";
import { KeptExports } from "./kept-exports.tsx";
import { RunChoices } from "./run-choices.tsx";
import { usePreview } from "./use-preview.ts";

/** Takes findings to other tools: says beforehand how many go and what the format leaves out. */
export function ExportDialog() {
  const { workspace } = useWorkspace();
  const open = useWorkspaceState((state) => state.sheet === "export");
  return (
    <Dialog open={open} onClose={() => openSheet(workspace, null)} title="Export findings">
      {open && <ExportForm />}
    </Dialog>
  );
}

/** Coordinates to choose from: none where the picture has no place on earth, or the format no use for it. */
function spacesOf(format: ExportFormat | undefined, scale: ImageScale | null): { value: Space; name: string }[] {
  if (!scale || !("crs" in scale) || !format?.placed) return [];
  const own = ownCrs(scale);
  return [
    { value: "ground", name: "Longitude and latitude" },
    ...(own && format.anyCrs ? [{ value: "source" as const, name: `As the picture came: EPSG:${own.epsg}` }] : []),
    { value: "pixel", name: "Pixels" },
  ];
}

const UNFILTERED: ExportChoice["filter"] = {
  ...{ label: null, minScore: null, page: null, labelScores: null },
  ...{ source: null, minSide: null, maxSide: null },
};

const OF_RUN = { value: "run", name: "Of this run" } as const;
const OF_RUNS = { value: "runs", name: "Of several runs" } as const;
const WHOLE = { value: "image", name: "Of the whole picture" } as const;
type Whose = (typeof OF_RUN | typeof OF_RUNS | typeof WHOLE)["value"];

function ExportForm() {
  const { workspace } = useWorkspace();
  const { runId, runs, imageId, scale, filter, pages } = useWorkspaceState((state) => ({
    runId: state.runId,
    runs: state.runs,
    imageId: state.image.id,
    scale: state.image.scale,
    filter: state.filter,
    pages: state.image.pages,
  }));
  const { classes } = useFindingView();
  const [asShown, setAsShown] = useState(false);
  const [format, setFormat] = useState<string>("coco");
  const [whose, setWhose] = useState<Whose>(runId === null ? "image" : "run");
  const [chosenRuns, setChosenRuns] = useState<ReadonlySet<string>>(new Set(runId === null ? [] : [runId]));
  const [review, setReview] = useState<ReviewChoice>(null);
  const [evidence, setEvidence] = useState(false);
  const [space, setSpace] = useState<Space>("ground");
  const [asked, setAsked] = useState(0);
  const shown = {
    label: filter.hiddenLabels.size === 0 ? null : classes.filter((label) => !filter.hiddenLabels.has(label)),
    minScore: filter.minScore > 0 ? filter.minScore : null,
    page: pages > 1 ? workspace.page : null,
    labelScores: filter.labelScores.size > 0 ? Object.fromEntries(filter.labelScores) : null,
    source: filter.source === "all" ? null : filter.source,
    minSide: filter.minSide,
    maxSide: filter.maxSide,
  };
  const chosen = exportFormat(format);
  const spaces = spacesOf(chosen, scale);
  const choice: ExportChoice = {
    imageId,
    runId: whose === "run" ? runId : null,
    runs: whose === "runs" ? runs.flatMap(({ id }) => (chosenRuns.has(id) ? [id] : [])) : null,
    format,
    review: asShown && filter.review !== "all" ? filter.review : review,
    space: spaces.some(({ value }) => value === space) ? space : null,
    evidence: evidence && chosen?.evidence ? true : null,
    filter: asShown ? shown : UNFILTERED,
  };

  const isNone = choice.runs?.length === 0;
  const preview = usePreview(isNone ? null : previewAddress(choice), readPreview);

  return (
    <div className="flex flex-col gap-4">
      <FormatField formats={EXPORT_FORMATS} format={format} onChange={setFormat} />
      {spaces.length > 0 && (
        <ChoiceField label="Coordinates" value={choice.space ?? "ground"} choices={spaces} onChange={setSpace} />
      )}
      <div className="grid grid-cols-2 gap-3">
        <ChoiceField
          label="Findings"
          value={whose}
          choices={[...(runId === null ? [] : [OF_RUN]), ...(runs.length > 1 ? [OF_RUNS] : []), WHOLE]}
          onChange={setWhose}
        />
        <ReviewField review={review} onChange={setReview} />
      </div>
      {whose === "runs" && <RunChoices runs={runs} chosen={chosenRuns} onChange={setChosenRuns} />}
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={asShown} onChange={(event) => setAsShown(event.target.checked)} />
        Only what the picture shows: these classes, confidence, kind and size{pages > 1 ? ", this page" : ""}
      </label>
      {chosen?.evidence && (
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={evidence} onChange={(event) => setEvidence(event.target.checked)} />
          With the evidence of each: tiles, raw boxes, prompts and replies, attempts, time and cost
        </label>
      )}
      {asShown && filter.hiddenIds.size > 0 && (
        <p className="text-warn">
          {plural(filter.hiddenIds.size, "finding")} that you put aside on this page would go too.
        </p>
      )}
      {isNone ? (
        <p className="text-muted">Choose at least one run.</p>
      ) : (
        <>
          <WhatGoes preview={preview} />
          <ExportButtons
            address={exportAddress(choice)}
            keep={() => requestExport(choice)}
            onAsked={() => setAsked((before) => before + 1)}
          />
        </>
      )}
      <KeptExports subject={`/api/v1/images/${imageId}`} asked={asked} role={workspace.role} />
    </div>
  );
}
