"use client";

import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactNode } from "react";
import { Toaster } from "../ui/toaster.tsx";

/** What every page stands in. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <Tooltip.Provider delay={400}>
      {children}
      <Toaster />
    </Tooltip.Provider>
  );
}
