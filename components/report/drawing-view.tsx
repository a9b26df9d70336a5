import type { Rgb } from "#lib/core/detection/class-colour.ts";
import type { Drawing, Mark } from "#lib/core/report/drawing.ts";

const css = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;

/** Vector graphics of a report; `overlay`: laid over the picture that it belongs to. */
export function DrawingView({ drawing, overlay = false }: { drawing: Drawing; overlay?: boolean }) {
  return (
    <svg
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      role="img"
      aria-label={drawing.description}
      preserveAspectRatio={overlay ? "none" : "xMidYMid meet"}
      className={overlay ? "absolute inset-0 size-full" : "block w-full"}
    >
      {drawing.marks.map((mark, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: marks never change their places
        <MarkView key={index} mark={mark} />
      ))}
    </svg>
  );
}

function MarkView({ mark }: { mark: Mark }) {
  switch (mark.kind) {
    case "rectangle":
      return (
        <rect
          x={mark.x}
          y={mark.y}
          width={mark.width}
          height={mark.height}
          fill={mark.fill ? css(mark.fill) : "none"}
          stroke={mark.stroke ? css(mark.stroke) : "none"}
          strokeWidth={mark.strokeWidth ?? 1}
          opacity={mark.opacity ?? 1}
        />
      );
    case "line": {
      const points = mark.points.map((point) => point.join(",")).join(" ");
      const look = { fill: "none", stroke: css(mark.stroke), strokeWidth: mark.strokeWidth };
      return mark.closed ? <polygon points={points} {...look} /> : <polyline points={points} {...look} />;
    }
    case "text":
      return (
        <text x={mark.x} y={mark.y} fontSize={mark.size} textAnchor={mark.anchor} fill={css(mark.colour)}>
          {mark.text}
        </text>
      );
  }
}
