import type { Cell } from "#lib/core/report/report-document.ts";

/** A name after the colour of its class. */
export function Named({ text, colour }: Cell) {
  return (
    <>
      {colour && (
        <span
          aria-hidden
          className="mr-1.5 inline-block size-2 shrink-0 [print-color-adjust:exact]"
          style={{ background: `rgb(${colour.join(" ")})` }}
        />
      )}
      {text}
    </>
  );
}
