import { useColourOf } from "./class-colours.tsx";

/** The colour of a class, as it is in the picture. */
export function Swatch({ label }: { label: string }) {
  const colourOf = useColourOf();
  return (
    <span
      aria-hidden
      className="inline-block size-2.5 shrink-0 rounded-[2px] ring-1 ring-black/25"
      style={{ background: colourOf(label) }}
    />
  );
}
