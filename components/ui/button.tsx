import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

const LOOKS = {
  primary: "bg-accent text-accent-ink border-transparent hover:brightness-110 active:brightness-95",
  plain: "bg-raised text-ink border-line hover:bg-hover",
  quiet: "bg-transparent text-ink border-transparent hover:bg-hover",
  danger: "bg-raised text-bad border-line hover:bg-bad-soft",
} as const;

type ButtonProps = ComponentProps<"button"> & { look?: keyof typeof LOOKS; small?: boolean; icon?: ReactNode };

/** A button with words on it. */
export function Button({ look = "plain", small = false, icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(
        "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none disabled:cursor-not-allowed disabled:opacity-50",
        small ? "h-7 px-2 text-xs" : "h-8 px-3 text-sm",
        LOOKS[look],
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}
