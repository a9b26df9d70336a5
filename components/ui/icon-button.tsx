import { Tooltip } from "@base-ui/react/tooltip";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Kbd } from "./kbd.tsx";

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  /** What it does: its accessible name and its tooltip. */
  name: string;
  /** The key that does the same. */
  keys?: string;
  icon: ReactNode;
  pressed?: boolean;
};

/** A button with a picture on it; its name and key show on hover and focus. */
export function IconButton({ name, keys, icon, pressed, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        render={
          <button
            type="button"
            {...rest}
            aria-label={name}
            aria-pressed={pressed}
            aria-keyshortcuts={keys}
            className={classNames(
              "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink hover:bg-hover disabled:cursor-not-allowed disabled:opacity-35 disabled:hover:bg-transparent",
              pressed && "bg-accent-soft text-accent hover:bg-accent-soft",
              className,
            )}
          >
            {icon}
          </button>
        }
      />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-50">
          <Tooltip.Popup className="flex items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-float">
            {name}
            {keys && <Kbd keys={keys} inverse />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
