"use client";

import { useState } from "react";
import type { ComparedPlaces } from "#lib/core/api/compared-places.ts";
import type { ComparedPart } from "#lib/core/api/comparisons.ts";
import { comparedExportAddress } from "../api/comparisons.ts";
import { SET_FORMATS } from "../api/transfers.ts";

const PARTS: readonly [ComparedPart, string][] = [
  ["matched", "Both"],
  ["renamed", "Different names"],
  ["only-here", "Only A"],
  ["only-there", "Only B"],
];

/** Takes one part of a comparison of two to other tools. */
export function CompareExport({ runId, found }: { runId: string; found: ComparedPlaces }) {
  const [format, setFormat] = useState<string>("coco");
  const other = found.sides[1]?.id ?? "";
  return (
    <div className="text-xs">
      <label className="flex items-center gap-2 text-muted">
        Export as
        <select
          className="h-6 rounded-md border border-edge/60 bg-raised px-1 text-xs text-ink"
          value={format}
          onChange={(event) => setFormat(event.target.value)}
        >
          {SET_FORMATS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p className="mt-1 flex flex-wrap gap-x-3">
        {PARTS.map(([part, name]) => (
          <a
            key={part}
            href={comparedExportAddress(runId, { with: other, iou: found.iou, part, format })}
            download
            className="py-1 font-medium text-accent hover:underline"
          >
            {name}
          </a>
        ))}
      </p>
    </div>
  );
}
