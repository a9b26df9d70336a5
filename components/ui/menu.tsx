import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A menu that hangs from its trigger. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="z-50 outline-none">
          <Base.Popup className="min-w-52 rounded-lg border border-line bg-raised p-1 text-ink shadow-float outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

const ITEM =
  "flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm outline-none data-highlighted:bg-hover";

/** Something to do. */
export function MenuItem(props: { onSelect: () => void; icon?: ReactNode; danger?: boolean; children: ReactNode }) {
  return (
    <Base.Item onClick={props.onSelect} className={classNames(ITEM, props.danger && "text-bad")}>
      {props.icon}
      {props.children}
    </Base.Item>
  );
}

/** A heading within a menu. */
export function MenuHeading({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 text-xs text-muted">{children}</div>;
}
