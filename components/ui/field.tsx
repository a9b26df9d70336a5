import type { ReactNode } from "react";

/** The look of every text field and list. */
export const INPUT =
  "h-8 w-full rounded-md border border-edge/60 bg-raised px-2 text-sm text-ink placeholder:text-muted focus-visible:outline-offset-0 disabled:opacity-50";

/** A labelled control with a hint below it. */
export function Field({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label className="flex flex-col gap-1">
      <span className="text-xs font-medium">{label}</span>
      {children}
      {hint && <span className="text-xs text-muted">{hint}</span>}
    </label>
  );
}
