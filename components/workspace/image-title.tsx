"use client";

import { WifiOff } from "lucide-react";
import { formatCount } from "../ui/format.ts";
import { useWorkspaceState } from "./context.tsx";
import { PageSwitch } from "./page-switch.tsx";

/** What the picture is, and whether the page still hears of what happens to it. */
export function ImageTitle() {
  const { image, connected } = useWorkspaceState((state) => ({ image: state.image, connected: state.connected }));
  return (
    <div className="flex min-w-0 items-center gap-3">
      <div className="flex min-w-0 items-baseline gap-3">
        <h1 className="truncate font-semibold">{image.name}</h1>
        {image.width !== null && image.height !== null && (
          <span className="text-xs whitespace-nowrap text-muted tabular-nums max-md:hidden">
            {formatCount(image.width)} × {formatCount(image.height)}
          </span>
        )}
      </div>
      <PageSwitch />
      {!connected && (
        <span role="status" className="inline-flex items-center gap-1 text-xs whitespace-nowrap text-warn">
          <WifiOff size={13} aria-hidden />
          Connection lost, trying again
        </span>
      )}
    </div>
  );
}
