import type { ComparedPlaces } from "#lib/core/api/compared-places.ts";
import { formatCount } from "../ui/format.ts";
import { letterOf } from "./comparison.ts";
import { cssOf, lookOf } from "./part-look.ts";
import { vennOf } from "./venn-shapes.ts";

/** How many places the sides share, as a Venn diagram. The list beside it says the same in words, so that it is for the eye alone. */
export function VennDiagram({ found }: { found: ComparedPlaces }) {
  const sides = found.sides.length;
  const venn = vennOf(sides);
  if (!venn) return null;
  const counts = new Map<string, number>();
  for (const { in: own, count } of found.regions) counts.set(own.join(), (counts.get(own.join()) ?? 0) + count);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${venn.width} ${venn.height}`}
      className="mx-auto w-full max-w-60 text-ink"
      data-testid="venn"
    >
      {venn.sets.map(({ x, y, rx, ry, turn }, side) => (
        <ellipse
          key={letterOf(side)}
          {...{ rx, ry }}
          transform={`translate(${x} ${y}) rotate(${turn})`}
          fill={cssOf(lookOf({ in: [side], renamed: false }, sides))}
          fillOpacity={0.22}
          stroke="currentColor"
          strokeOpacity={0.45}
        />
      ))}
      {venn.letters.map(([x, y], side) => (
        <text
          key={letterOf(side)}
          {...{ x, y }}
          textAnchor="middle"
          dominantBaseline="central"
          className="fill-muted text-[11px] font-semibold"
        >
          {letterOf(side)}
        </text>
      ))}
      {[...venn.at].map(([key, [x, y]]) => (
        <text
          key={key}
          {...{ x, y }}
          textAnchor="middle"
          dominantBaseline="central"
          className={`fill-current tabular-nums ${sides < 4 ? "text-[11px]" : "text-[8px]"}`}
        >
          {formatCount(counts.get(key) ?? 0)}
        </text>
      ))}
    </svg>
  );
}
