import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { classNames } from "./class-names.ts";

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  /** `side` leaves the picture in sight. */
  placement?: "centre" | "side";
  /** Nothing in it takes the focus: the text itself does, so that keys scroll it. */
  reading?: boolean;
  children: ReactNode;
};

const PLACES = {
  centre: "top-[12vh] left-1/2 max-h-[76vh] w-[30rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-lg",
  side: "top-0 right-0 h-dvh w-[22.5rem] max-w-[calc(100vw-2rem)] border-y-0 border-r-0",
} as const;

/** What is to be filled in comes before the button that closes. */
function firstField(content: HTMLElement | null): HTMLElement | null {
  return content?.querySelector<HTMLElement>("input:enabled, select:enabled, textarea:enabled") ?? null;
}

/** A dialog with a title, closed by Escape, its button, or a press outside. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  placement = "centre",
  reading = false,
  children,
}: DialogProps) {
  const content = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()} modal={placement === "centre"}>
      <Base.Portal>
        {placement === "centre" && <Base.Backdrop className="fixed inset-0 z-40 bg-black/30" />}
        <Base.Popup
          initialFocus={() => (reading ? content.current : firstField(content.current)) ?? true}
          className={classNames(
            "fixed z-40 flex flex-col overflow-hidden border border-line bg-panel text-ink shadow-float outline-none",
            PLACES[placement],
          )}
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-base font-semibold">{title}</Base.Title>
              {description && <Base.Description className="text-muted">{description}</Base.Description>}
            </div>
            <Base.Close
              aria-label="Close"
              className="-my-0.5 -mr-1 inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover"
            >
              <X size={16} aria-hidden />
            </Base.Close>
          </header>
          <div
            ref={content}
            tabIndex={reading ? 0 : undefined}
            className="scroll-quiet min-h-0 flex-1 overflow-y-auto p-4 -outline-offset-2"
          >
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
