"use client";

import { type Band, hexColour, type ShownBand } from "#lib/core/display/shown-bands.ts";
import { RangeSlider } from "../../ui/range-slider.tsx";

const STEPS = 500;

/** One band: whether it is shown, in which colour, and from which value to which. */
export function BandRow(props: {
  band: Band;
  name: string;
  shown: ShownBand | null;
  /** One of several, which is shown or not, in a colour of its own. */
  choosable: boolean;
  onChange: (change: Omit<ShownBand, "band"> | null) => void;
}) {
  const { band, name, shown, choosable, onChange } = props;
  const { low, high } = shown ?? band;
  const range = rangeOf(band);
  const colour = shown?.colour ?? band.colour ?? [255, 255, 255];
  const quantity = (value: number): string => {
    const measured = Number((value * band.scale + band.offset).toPrecision(4));
    return band.unit ? `${measured} ${band.unit}` : String(measured);
  };
  return (
    <li className="flex flex-col gap-1">
      <div className="flex items-center gap-2 text-xs">
        {choosable && (
          <>
            <input
              type="checkbox"
              aria-label={`Show ${name}`}
              checked={shown !== null}
              onChange={(event) => onChange(event.target.checked ? { low, high, colour } : null)}
            />
            <input
              type="color"
              aria-label={`Colour of ${name}`}
              disabled={!shown}
              value={`#${hexColour(colour)}`}
              onChange={(event) => onChange({ low, high, colour: readColour(event.target.value) })}
              className="h-5 w-7 cursor-pointer rounded border border-line bg-raised disabled:opacity-40"
            />
          </>
        )}
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        <span className="text-muted tabular-nums">
          {quantity(low)} – {quantity(high)}
        </span>
      </div>
      {shown && (
        <div>
          <Histogram counts={band.histogram} />
          <RangeSlider
            name={name}
            value={[low, high]}
            {...range}
            format={quantity}
            onChange={(from, to) => onChange({ low: from, high: to, colour })}
          />
        </div>
      )}
    </li>
  );
}

/** From the least to the greatest value, as far as the present range leaves it. */
function rangeOf({ least, greatest, low, high }: Band): { min: number; max: number; step: number } {
  const [min, max] = [Math.min(least, low), Math.max(greatest, high)];
  return { min, max, step: (max - min) / STEPS || 1 };
}

function readColour(text: string): [number, number, number] {
  const hex = Number.parseInt(text.slice(1), 16);
  return [(hex >> 16) & 255, (hex >> 8) & 255, hex & 255];
}

/** How many values there are from the least to the greatest, on a scale of roots, as most are often alike. */
function Histogram({ counts }: { counts: readonly number[] }) {
  const most = Math.sqrt(Math.max(1, ...counts));
  const points = counts.map((count, index) => `${index},${20 - (20 * Math.sqrt(count)) / most}`);
  return (
    <svg aria-hidden="true" viewBox={`0 0 ${counts.length - 1} 20`} preserveAspectRatio="none" className="h-5 w-full">
      <polygon points={`0,20 ${points.join(" ")} ${counts.length - 1},20`} className="fill-muted/50" />
    </svg>
  );
}
