import { Slider as Base } from "@base-ui/react/slider";

type SliderProps = {
  name: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange: (value: number) => void;
  /** Called once, when the hand lets go. */
  onCommit?: (value: number) => void;
  format?: (value: number) => string;
  disabled?: boolean;
};

/** A slider of one value; its name is read to a screen reader, with the value as `format` writes it. */
export function Slider({ name, value, min, max, step, onChange, onCommit, format, disabled = false }: SliderProps) {
  return (
    <Base.Root
      value={value}
      min={min}
      max={max}
      step={step}
      largeStep={Math.max(step, Math.round((max - min) / 20 / step) * step)}
      disabled={disabled}
      onValueChange={(next) => onChange(next)}
      onValueCommitted={(next) => onCommit?.(next)}
      className="w-full"
    >
      <Base.Control className="flex h-6 w-full touch-none items-center select-none">
        <Base.Track className="h-1 w-full rounded-full bg-line">
          <Base.Indicator className="rounded-full bg-accent" />
          <Base.Thumb
            aria-label={name}
            getAriaValueText={(_text, thumb) => (format ? format(thumb) : String(thumb))}
            className="size-4 rounded-full border-2 border-accent bg-panel has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent"
          />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  );
}
