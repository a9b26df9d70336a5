import { Download, FileDown } from "lucide-react";
import type { ExportPreview } from "#lib/core/api/exports.ts";
import type { ReviewState } from "#lib/core/detection/finding.ts";
import { type ExportFormat, exportFormat } from "../api/transfers.ts";
import { FormError } from "../ui/ask-form.tsx";
import { Button } from "../ui/button.tsx";
import { ChoiceField } from "../ui/choice-field.tsx";
import { plural } from "../ui/format.ts";
import { tryTo } from "../ui/try-to.ts";

/** Null: all but rejected findings. */
export type ReviewChoice = ReviewState | "all" | null;

const REVIEWS: readonly { value: NonNullable<ReviewChoice> | ""; name: string }[] = [
  { value: "", name: "All but rejected ones" },
  { value: "accepted", name: "Accepted" },
  { value: "unreviewed", name: "Not reviewed yet" },
  { value: "rejected", name: "Rejected" },
  { value: "all", name: "All" },
];

/** What an export would hold, or why that is not known. Null: it is being counted. */
export type Preview<P extends ExportPreview = ExportPreview> = P | { error: string } | null;

type FormatProps = { formats: readonly ExportFormat[]; format: string; onChange: (format: string) => void };

/** In which format findings go. */
export function FormatField({ formats, format, onChange }: FormatProps) {
  return (
    <ChoiceField
      label="Format"
      hint={exportFormat(format)?.hint}
      value={format}
      choices={formats.map(({ id, name }) => ({ value: id, name }))}
      onChange={onChange}
    />
  );
}

/** Findings of which review go. */
export function ReviewField({ review, onChange }: { review: ReviewChoice; onChange: (review: ReviewChoice) => void }) {
  return (
    <ChoiceField
      label="Review"
      value={review ?? ""}
      choices={REVIEWS}
      onChange={(value) => onChange(value === "" ? null : value)}
    />
  );
}

/** How many findings would go, and what the format leaves out of them. `of`: of what, where that needs to be said. */
export function WhatGoes({ preview, of = "" }: { preview: Preview; of?: string }) {
  if (preview === null) return <p className="text-muted">Counting …</p>;
  if ("error" in preview) return <FormError error={preview.error} />;
  return (
    <div aria-live="polite">
      <p>
        <strong className="font-semibold">{plural(preview.count, "finding")}</strong>
        {of}
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

/** Takes the export at `address` now, or has it written and kept (`keep`); `onAsked` is told then. */
export function ExportButtons({
  address,
  keep,
  onAsked,
}: {
  address: string;
  keep: () => Promise<unknown>;
  onAsked: () => void;
}) {
  return (
    <div className="flex flex-wrap gap-2">
      <a
        href={address}
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
            await keep();
            onAsked();
          })
        }
      >
        Keep as a file
      </Button>
    </div>
  );
}
