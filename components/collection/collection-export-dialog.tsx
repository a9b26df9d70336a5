import { useState } from "react";
import type { Role } from "#lib/core/access/role.ts";
import type { Collection } from "#lib/core/api/collections.ts";
import type { CollectionExportPreview, CollectionExportQuery } from "#lib/core/api/exports.ts";
import { collectionAddress, readSetPreview, requestSet, setAddress, setPreviewAddress } from "../api/collections.ts";
import { exportFormat, SET_FORMATS } from "../api/transfers.ts";
import {
  ExportButtons,
  FormatField,
  type Preview,
  type ReviewChoice,
  ReviewField,
  WhatGoes,
} from "../transfer/export-fields.tsx";
import { KeptExports } from "../transfer/kept-exports.tsx";
import { usePreview } from "../transfer/use-preview.ts";
import { ChoiceField } from "../ui/choice-field.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { plural } from "../ui/format.ts";

type DialogProps = { collection: Collection; role: Role; open: boolean; onClose: () => void };

/** Takes the findings of all pictures of a collection to other tools as one set. */
export function CollectionExportDialog({ collection, role, open, onClose }: DialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Export ${collection.name}`}
      description="All of its pictures as one set: one COCO document, one YOLO data set, else a zip of a file for each picture."
    >
      {open && <SetForm collection={collection} role={role} />}
    </Dialog>
  );
}

const RUNS: readonly { value: CollectionExportQuery["runs"]; name: string }[] = [
  { value: "latest", name: "Of each picture's latest analysis" },
  { value: "all", name: "All there are, imported and drawn too" },
];

const SPACES: readonly { value: CollectionExportQuery["space"]; name: string }[] = [
  { value: "ground", name: "Longitude and latitude, where a picture has a place" },
  { value: "pixel", name: "Pixels" },
];

function SetForm({ collection: { id }, role }: Pick<DialogProps, "collection" | "role">) {
  const [format, setFormat] = useState("coco");
  const [runs, setRuns] = useState<CollectionExportQuery["runs"]>("latest");
  const [space, setSpace] = useState<CollectionExportQuery["space"]>("ground");
  const [review, setReview] = useState<ReviewChoice>(null);
  const [asked, setAsked] = useState(0);
  const choice = { format, runs, space, review };
  const preview = usePreview(setPreviewAddress(id, choice), readSetPreview);
  return (
    <div className="flex flex-col gap-4">
      <FormatField formats={SET_FORMATS} format={format} onChange={setFormat} />
      {exportFormat(format)?.placed && (
        <ChoiceField label="Coordinates" value={space} choices={SPACES} onChange={setSpace} />
      )}
      <div className="grid grid-cols-2 gap-3">
        <ChoiceField label="Findings" value={runs} choices={RUNS} onChange={setRuns} />
        <ReviewField review={review} onChange={setReview} />
      </div>
      <WhatGoes preview={preview} of={picturesOf(preview)} />
      {preview !== null && "withoutRun" in preview && preview.withoutRun > 0 && (
        <p className="text-warn">
          {plural(preview.withoutRun, "picture")} of them {preview.withoutRun === 1 ? "has" : "have"} no analysis that
          has ended, and {preview.withoutRun === 1 ? "is" : "are"} in the set without findings.
        </p>
      )}
      <ExportButtons
        address={setAddress(id, choice)}
        keep={() => requestSet(id, choice)}
        onAsked={() => setAsked((before) => before + 1)}
      />
      <KeptExports subject={collectionAddress(id)} asked={asked} role={role} />
    </div>
  );
}

function picturesOf(preview: Preview<CollectionExportPreview>): string {
  return preview !== null && "images" in preview ? ` of ${plural(preview.images, "picture")}` : "";
}
