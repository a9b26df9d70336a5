import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** What scrolls within the page, by keys too; `name` is read to a screen reader. */
export function ScrollBox({ name, className, children }: { name: string; className?: string; children: ReactNode }) {
  return (
    <section
      aria-label={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what has the focus
      tabIndex={0}
      className={classNames("scroll-quiet overflow-auto", className)}
    >
      {children}
    </section>
  );
}
