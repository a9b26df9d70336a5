import type { Evidence } from "#lib/core/detection/evidence.ts";
import { plural } from "../ui/format.ts";

/** The part of the picture around a finding, with its box, and each box that went into it as its tile had it. */
export function EvidenceCrop({ evidence: { crop, box, tiles } }: { evidence: Evidence }) {
  const [x, y, width, height] = crop.region;
  const raw = tiles.flatMap(({ index, boxes }) => boxes.map((one) => ({ ...one, key: `${index} ${one.position}` })));
  return (
    <svg
      role="img"
      aria-label={`The picture around the finding, with ${plural(raw.length, "raw box", "raw boxes")}`}
      viewBox={`${x} ${y} ${width} ${height}`}
      className="max-h-56 w-full rounded-md bg-canvas"
    >
      <image href={crop.href} x={x} y={y} width={width} height={height} preserveAspectRatio="none" />
      {raw.map(({ key, box: [left, top, across, down] }) => (
        <rect
          key={key}
          x={left}
          y={top}
          width={across}
          height={down}
          fill="none"
          stroke="white"
          strokeWidth={1}
          strokeDasharray="3 2"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      <rect
        x={box[0]}
        y={box[1]}
        width={box[2]}
        height={box[3]}
        fill="none"
        className="stroke-accent"
        strokeWidth={2}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
