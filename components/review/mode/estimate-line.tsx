"use client";

import { Popover } from "@base-ui/react/popover";
import type { Estimate } from "#lib/core/api/review.ts";
import { useStore } from "../../state/store.ts";
import { formatCount, plural } from "../../ui/format.ts";
import { Swatch } from "../../ui/swatch.tsx";
import { useWorkspace } from "../../workspace/context.tsx";

const percent = (value: number): string => `${Math.round(value * 100)}%`;

function said({ share }: Estimate): string {
  return share ? `${percent(share.value)} (${percent(share.low)}–${percent(share.high)})` : "not known yet";
}

/** What decisions say of the run: precision and recall with their intervals; opened, by class and what is wanting. */
export function EstimateLine() {
  const { mode } = useWorkspace();
  const estimate = useStore(mode.store, (value) => value.estimate);
  if (!estimate) return null;
  const { precision, recall } = estimate;
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`Estimates: precision ${said(precision)}, recall ${said(recall)}`}
        className="rounded-md px-1.5 py-1 tabular-nums hover:bg-hover"
      >
        Precision <b className="font-semibold">{said(precision)}</b> · Recall{" "}
        <b className="font-semibold">{said(recall)}</b>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="end" sideOffset={8} className="z-50">
          <Popover.Popup className="w-88 max-w-[calc(100vw-2rem)] rounded-lg border border-line bg-raised p-4 text-ink shadow-float outline-none">
            <Popover.Title className="font-semibold">What your decisions say of this run</Popover.Title>
            <Popover.Description className="mb-2 text-xs text-muted">
              With 95 % Wilson intervals. Precision counts decisions of a random sample alone; a finding is right where
              it was accepted under the model's class. Recall counts what is there in searched tiles.
            </Popover.Description>
            <table className="w-full text-xs tabular-nums">
              <thead className="text-muted">
                <tr>
                  <th className="py-1 text-left font-normal">Class</th>
                  <th className="text-right font-normal">Precision</th>
                  <th className="text-right font-normal">Counted</th>
                  <th className="text-right font-normal">For ±5 %</th>
                </tr>
              </thead>
              <tbody>
                <EstimateRow name="All" estimate={precision} />
                {precision.labels.slice(0, 12).map((each) => (
                  <EstimateRow key={each.label} name={each.label} estimate={each} isClass />
                ))}
              </tbody>
            </table>
            <p className="mt-2 border-t border-line pt-2 text-xs">
              Recall {said(recall)}: {formatCount(recall.right)} of {formatCount(recall.all)} found, in{" "}
              {plural(recall.tiles.length, "searched tile")}.
            </p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function EstimateRow({ name, estimate, isClass = false }: { name: string; estimate: Estimate; isClass?: boolean }) {
  return (
    <tr>
      <td className="flex items-center gap-1.5 py-0.5">
        {isClass && <Swatch label={name} />}
        {name}
      </td>
      <td className="text-right">{estimate.share ? said(estimate) : "–"}</td>
      <td className="text-right">{formatCount(estimate.all)}</td>
      <td className="text-right">{estimate.more === 0 ? "enough" : `${formatCount(estimate.more)} more`}</td>
    </tr>
  );
}
