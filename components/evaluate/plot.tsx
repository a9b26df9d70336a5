import type { ReactNode } from "react";

/** A plot's field in its own units: both axes go from 0 to 1 there. */
export const FIELD = { width: 300, height: 200 };
const MARGIN = { left: 42, right: 8, top: 8, bottom: 32 };
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Where a point of both axes, 0…1, is in the field. */
export const placeIn = (x: number, y: number): [number, number] => [x * FIELD.width, (1 - y) * FIELD.height];

/** A line through points of both axes. */
export const lineThrough = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${placeIn(x, y).map(round).join(" ")}`).join("");

const round = (value: number): number => Math.round(value * 100) / 100;

/** A plot with two axes from 0 to 1. `description` is read in its stead; `rows` is what it shows, as a table below it. */
export function Plot(props: {
  title: string;
  note?: string;
  description: string;
  across: string;
  up: string;
  /** Names of the ticks of the upright axis, where they are not 0 to 1. */
  ticks?: readonly string[];
  /** What stands for what, below the plot. */
  legend?: ReactNode;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  children: ReactNode;
}) {
  const { title, note, description, across, up, ticks, legend, columns, rows, children } = props;
  const [width, height] = [FIELD.width + MARGIN.left + MARGIN.right, FIELD.height + MARGIN.top + MARGIN.bottom];
  return (
    <figure className="min-w-0 rounded-lg border border-line bg-panel px-3 py-2">
      <figcaption className="flex items-baseline justify-between gap-2">
        <span className="font-semibold">{title}</span>
        {note && <span className="text-xs text-muted tabular-nums">{note}</span>}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={description} className="mt-1 w-full">
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`} fontSize="10" fill="var(--muted)">
          {TICKS.map((tick, index) => {
            const [x, y] = placeIn(tick, tick);
            return (
              <g key={tick}>
                <path d={`M0 ${y}H${FIELD.width}M${x} 0V${FIELD.height}`} stroke="var(--line)" strokeWidth="0.75" />
                <text x={x} y={FIELD.height + 12} textAnchor="middle">
                  {tick}
                </text>
                <text x={-5} y={y + 3.5} textAnchor="end">
                  {ticks ? ticks[index] : tick}
                </text>
              </g>
            );
          })}
          <text x={FIELD.width / 2} y={FIELD.height + 27} textAnchor="middle">
            {across}
          </text>
          <text transform={`translate(-33 ${FIELD.height / 2}) rotate(-90)`} textAnchor="middle">
            {up}
          </text>
          {children}
        </g>
      </svg>
      {legend && <div className="mb-1 flex flex-wrap gap-x-4 gap-y-0.5 text-xs">{legend}</div>}
      <details className="text-xs">
        <summary className="text-muted hover:text-ink">As a table</summary>
        <table className="mt-1 w-full tabular-nums">
          <thead>
            <tr className="text-left text-muted">
              {columns.map((column) => (
                <th key={column} scope="col" className="py-0.5 pr-2 font-medium">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.join(" ")} className="border-t border-line">
                {row.map((cell, at) => (
                  <td key={columns[at]} className="py-0.5 pr-2">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
