import { classNames } from "./class-names.ts";

/** A key as it stands on the keyboard. */
export function Kbd({ keys, inverse = false }: { keys: string; inverse?: boolean }) {
  return (
    <kbd
      className={classNames(
        "inline-flex min-w-5 items-center justify-center rounded-sm border px-1 font-sans text-[11px] leading-4",
        inverse ? "border-canvas/40 text-canvas" : "border-line bg-canvas text-muted",
      )}
    >
      {keys}
    </kbd>
  );
}
