import { Slider as Base } from "@base-ui/react/slider";

const THUMB =
  "size-4 rounded-full border-2 border-accent bg-panel has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent";

/** A slider of a range; its two ends are named for a screen reader, with their values as `format` writes them. */
export function RangeSlider(props: {
  name: string;
  value: readonly [low: number, high: number];
  min: number;
  max: number;
  step: number;
  onChange: (low: number, high: number) => void;
  format: (value: number) => string;
}) {
  const { name, value, min, max, step, onChange, format } = props;
  return (
    <Base.Root
      value={value}
      min={min}
      max={max}
      step={step}
      largeStep={step * 10}
      minStepsBetweenValues={1}
      onValueChange={([low = min, high = max]) => onChange(low, high)}
      className="w-full"
    >
      <Base.Control className="flex h-6 w-full touch-none items-center select-none">
        <Base.Track className="h-1 w-full rounded-full bg-line">
          <Base.Indicator className="rounded-full bg-accent" />
          {["darkest", "brightest"].map((end, index) => (
            <Base.Thumb
              key={end}
              index={index}
              aria-label={`${name}: ${end} value`}
              getAriaValueText={(_text, thumb) => format(thumb)}
              className={THUMB}
            />
          ))}
        </Base.Track>
      </Base.Control>
    </Base.Root>
  );
}
