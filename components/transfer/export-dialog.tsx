"use client";

import { Download, FileDown } from "lucide-react";
import { useEffect, useState } from "react";
import type { ExportPreview } from "#lib/core/api/exports.ts";
import type { ReviewState } from "#lib/core/detection/finding.ts";
import type { ImageScale } from "#lib/core/detection/image.ts";
import type { Space } from "#lib/core/formats/format.ts";
import { ownCrs } from "#lib/core/formats/own-crs.ts";
import { sentence } from "../api/http.ts";
import { EXPORT_FORMATS, type ExportChoice, exportAddress, previewExport, requestExport } from "../api/transfers.ts";
import { openSheet } from "../review/actions.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { tryTo } from "../ui/try-to.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { KeptExports } from "./kept-exports.tsx";

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

type ReviewChoice = ReviewState | "all" | null;

const REVIEWS: readonly { value: ReviewChoice; name: string }[] = [
  { value: null, name: "All but rejected ones" },
  { value: "accepted", name: "Accepted" },
  { value: "unreviewed", name: "Not reviewed yet" },
  { value: "rejected", name: "Rejected" },
  { value: "all", name: "All" },
];

/** Coordinates to choose from: none where the picture has no place on earth, or the format no use for it. */
function spacesOf(format: string, scale: ImageScale | null): { value: Space; name: string }[] {
  if (!scale || !("crs" in scale) || !PLACED.includes(format)) return [];
  const own = ownCrs(scale);
  return [
    { value: "ground", name: "Longitude and latitude" },
    ...(own && format === "flatgeobuf"
      ? [{ value: "source" as const, name: `As the picture came: EPSG:${own.epsg}` }]
      : []),
    { value: "pixel", name: "Pixels" },
  ];
}

/** Formats that have a place for what findings rest on. */
const TELLING = ["geojson", "w3c"];

/** Formats that have places on earth. */
const PLACED = ["geojson", "flatgeobuf"];

function ExportForm() {
  const { workspace } = useWorkspace();
  const { runId, imageId, scale, filter, pages } = useWorkspaceState((state) => ({
    runId: state.runId,
    imageId: state.image.id,
    scale: state.image.scale,
    filter: state.filter,
    pages: state.image.pages,
  }));
  const { classes } = useFindingView();
  const [asShown, setAsShown] = useState(false);
  const [format, setFormat] = useState<string>("coco");
  const [wholeImage, setWholeImage] = useState(runId === null);
  const [review, setReview] = useState<ReviewChoice>(null);
  const [evidence, setEvidence] = useState(false);
  const [space, setSpace] = useState<Space>("ground");
  const [preview, setPreview] = useState<ExportPreview | { error: string } | null>(null);
  const [asked, setAsked] = useState(0);
  const shown = {
    label: filter.hiddenLabels.size === 0 ? null : classes.filter((label) => !filter.hiddenLabels.has(label)),
    minScore: filter.minScore > 0 ? filter.minScore : null,
    page: pages > 1 ? workspace.page : null,
  };
  const spaces = spacesOf(format, scale);
  const choice: ExportChoice = {
    imageId,
    runId: wholeImage ? null : runId,
    format,
    review: asShown && filter.review !== "all" ? filter.review : review,
    space: spaces.some(({ value }) => value === space) ? space : null,
    evidence: evidence && TELLING.includes(format) ? true : null,
    filter: asShown ? shown : { label: null, minScore: null, page: null },
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the choice is made anew each time, of these
  useEffect(() => {
    const leave = new AbortController();
    setPreview(null);
    previewExport(choice, leave.signal).then(setPreview, (error: unknown) => {
      if (!leave.signal.aborted) setPreview({ error: sentence(error) });
    });
    return () => leave.abort();
  }, [imageId, runId, wholeImage, format, review, space, asShown]);

  return (
    <div className="flex flex-col gap-4">
      <Field label="Format" hint={EXPORT_FORMATS.find(({ id }) => id === format)?.hint}>
        <select className={INPUT} value={format} onChange={(event) => setFormat(event.target.value)}>
          {EXPORT_FORMATS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {spaces.length > 0 && (
        <Field label="Coordinates">
          <select
            className={INPUT}
            value={choice.space ?? "ground"}
            onChange={(event) => setSpace(spaces.find(({ value }) => value === event.target.value)?.value ?? "ground")}
          >
            {spaces.map(({ value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      )}
      <div className="grid grid-cols-2 gap-3">
        <Field label="Findings">
          <select
            className={INPUT}
            value={wholeImage ? "image" : "run"}
            onChange={(event) => setWholeImage(event.target.value === "image")}
          >
            {runId !== null && <option value="run">Of this run</option>}
            <option value="image">Of the whole picture</option>
          </select>
        </Field>
        <Field label="Review">
          <select
            className={INPUT}
            value={review ?? ""}
            onChange={(event) => setReview(REVIEWS.find(({ value }) => value === event.target.value)?.value ?? null)}
          >
            {REVIEWS.map(({ value, name }) => (
              <option key={name} value={value ?? ""}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={asShown} onChange={(event) => setAsShown(event.target.checked)} />
        Only what the picture shows: these classes, this confidence{pages > 1 ? ", this page" : ""}
      </label>
      {TELLING.includes(format) && (
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={evidence} onChange={(event) => setEvidence(event.target.checked)} />
          With the evidence of each: tiles, raw boxes, prompts and replies, attempts, time and cost
        </label>
      )}
      <WhatGoes preview={preview} />
      <div className="flex flex-wrap gap-2">
        <a
          href={exportAddress(choice)}
          download
          className="inline-flex h-8 items-center gap-1.5 rounded-md bg-accent px-3 text-sm font-medium text-accent-ink hover:brightness-110"
        >
          <Download size={15} aria-hidden />
          Download
        </a>
        <Button
          icon={<FileDown size={15} aria-hidden />}
          title="Written in the background and kept for a week: for large exports, and downloads that may break off"
          onClick={() =>
            void tryTo("The export could not be asked for", async () => {
              await requestExport(choice);
              setAsked((before) => before + 1);
            })
          }
        >
          Keep as a file
        </Button>
      </div>
      <KeptExports imageId={imageId} asked={asked} />
    </div>
  );
}

function WhatGoes({ preview }: { preview: ExportPreview | { error: string } | null }) {
  if (preview === null) return <p className="text-muted">Counting …</p>;
  if ("error" in preview) {
    return (
      <p role="alert" className="text-bad">
        {preview.error}
      </p>
    );
  }
  return (
    <div aria-live="polite">
      <p>
        <strong className="font-semibold">{plural(preview.count, "finding")}</strong>
        {preview.losses.length === 0 ? ", with all that is known of them." : "; what this format has no place for:"}
      </p>
      {preview.losses.length > 0 && (
        <ul className="mt-1 list-disc pl-5 text-muted">
          {preview.losses.map((loss) => (
            <li key={loss}>{loss}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
