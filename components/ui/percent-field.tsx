import { formatScore } from "./format.ts";
import { Slider } from "./slider.tsx";

/** A part of a whole on a slider, 0 to 1, its name and value above it. */
export function PercentField({
  label,
  value,
  min = 0,
  max = 1,
  onChange,
}: {
  label: string;
  value: number;
  min?: number;
  max?: number;
  onChange: (value: number) => void;
}) {
  return (
    <div>
      <div className="flex justify-between text-xs">
        <span className="font-medium">{label}</span>
        <span className="text-muted tabular-nums">{formatScore(value)}</span>
      </div>
      <Slider name={label} value={value} min={min} max={max} step={0.01} format={formatScore} onChange={onChange} />
    </div>
  );
}
