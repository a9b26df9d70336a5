"use client";

import type { ImportReport } from "#lib/core/api/imports.ts";
import { INPUT } from "../ui/field.tsx";
import { formatCount } from "../ui/format.ts";
import { useFindingView } from "../workspace/use-finding-view.ts";

/** New names of classes; null leaves one out. What is not in it keeps its name. */
export type Classes = Readonly<Record<string, string | null>>;

/** More classes than this are not named one by one. */
const MOST = 200;

/** What the classes of the files are called here. */
export function ClassMap({
  reports,
  classes,
  onChange,
}: {
  reports: readonly ImportReport[];
  classes: Classes;
  onChange: (classes: Classes) => void;
}) {
  const { classes: present } = useFindingView();
  const counts = new Map<string, number>();
  for (const { label, count } of reports.flatMap((report) => report.classes)) {
    counts.set(label, (counts.get(label) ?? 0) + count);
  }
  if (counts.size === 0) return null;
  const rename = (label: string, to: string | null): void => {
    const { [label]: _, ...others } = classes;
    onChange(to === label || to?.trim() === "" ? others : { ...others, [label]: to });
  };
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">Classes of the files, and what they are called here</caption>
      <thead>
        <tr className="text-xs text-muted">
          <th className="py-1 font-medium">Class in the file</th>
          <th className="py-1 font-medium">Here</th>
          <th className="py-1 text-right font-medium">Findings</th>
        </tr>
      </thead>
      <tbody>
        {[...counts].slice(0, MOST).map(([label, count]) => {
          const to = Object.hasOwn(classes, label) ? (classes[label] ?? null) : label;
          return (
            <tr key={label} className="border-t border-line">
              <td className="max-w-36 truncate py-1 pr-2">
                <label className="flex items-center gap-2">
                  <input
                    type="checkbox"
                    aria-label={`Bring in ${label}`}
                    checked={to !== null}
                    onChange={(event) => rename(label, event.target.checked ? label : null)}
                  />
                  <span className="truncate">{label}</span>
                </label>
              </td>
              <td className="py-1 pr-2">
                <input
                  // Made anew where the name changes from outside; what is typed counts once it is left.
                  key={to}
                  className={INPUT}
                  aria-label={`${label} is called here`}
                  list="import-classes"
                  defaultValue={to ?? ""}
                  disabled={to === null}
                  maxLength={200}
                  onBlur={(event) => event.target.value !== to && rename(label, event.target.value)}
                  onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
                />
              </td>
              <td className="py-1 text-right tabular-nums">{formatCount(count)}</td>
            </tr>
          );
        })}
      </tbody>
      <datalist id="import-classes">
        {present.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </table>
  );
}
