import type { ComparedPlaces } from "#lib/core/api/compared-places.ts";
import { formatCount } from "../ui/format.ts";
import { letterOf } from "./comparison.ts";

/** How far each two sides agree, and what that means. */
export function Agreement({ found }: { found: ComparedPlaces }) {
  const { sides, pairs } = found;
  const count = (side: number): string => formatCount(sides[side]?.findings ?? 0);
  return (
    <div>
      <table className="w-full tabular-nums">
        <thead>
          <tr className="text-left text-xs text-muted">
            <th scope="col" className="font-medium">
              Agreement
            </th>
            <th scope="col" className="text-right font-medium">
              matched
            </th>
            <th scope="col" className="text-right font-medium">
              F1
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ a, b, matched, agreement }) => (
            <tr key={`${a} ${b}`}>
              <th scope="row" className="text-left font-normal">
                {letterOf(a)} ({count(a)}) and {letterOf(b)} ({count(b)})
              </th>
              <td className="text-right">{formatCount(matched)}</td>
              <td className="text-right font-semibold">{agreement === null ? "–" : agreement.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-1 text-xs text-muted">
        F1 is twice what matched, in place and name, over the findings of both: 1 where they are the same, 0 where they
        share nothing. Places that neither side marked are not counted, so chance is not taken off as in kappa.
      </p>
    </div>
  );
}
