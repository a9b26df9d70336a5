import type { Position } from "#lib/core/geometry/shape.ts";
import { formatMetres } from "#lib/core/quantities.ts";
import { useGround } from "../viewer/use-ground.ts";

/** Level-0 pixels to pixels of the viewer's element. */
export type ToScreen = (position: Position) => Position;

/** A length at the end of its line, in pixels and in the picture's own unit. */
export function Length({ pixels, at: [x, y] }: { pixels: number; at: Position }) {
  const metres = useGround()?.metresPerPixel ?? null;
  const said = `${Math.round(pixels * 10) / 10} px${metres === null ? "" : ` · ${formatMetres(pixels * metres)}`}`;
  return (
    <text
      x={x + 12}
      y={y - 8}
      className="fill-white text-xs font-medium [paint-order:stroke] [stroke-width:3px] [stroke:rgb(0_0_0/0.75)]"
    >
      {said}
    </text>
  );
}

/** A line that reads on any picture: coloured on dark. */
export function Line({ d, colour, dashed = false }: { d: string; colour: string; dashed?: boolean }) {
  return (
    <>
      <path d={d} fill="none" stroke="black" strokeOpacity={0.55} strokeWidth={4} strokeLinejoin="round" />
      <path
        d={d}
        fill="none"
        stroke={colour}
        strokeWidth={2}
        strokeLinejoin="round"
        strokeDasharray={dashed ? "6 4" : undefined}
      />
    </>
  );
}

export function Dot({ at: [x, y], radius, colour = "white" }: { at: Position; radius: number; colour?: string }) {
  return <circle cx={x} cy={y} r={radius} fill={colour} stroke="black" strokeOpacity={0.7} strokeWidth={1.5} />;
}

/** A path of screen positions in SVG's words. */
export function pathOf(line: readonly Position[], toScreen: ToScreen): string {
  return line
    .map((position, index) => {
      const [x, y] = toScreen(position);
      return `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}
