"use client";

import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";

/** Sends the page to the printer. */
export function PrintButton({ icon }: { icon: ReactNode }) {
  return (
    <Button icon={icon} onClick={() => window.print()}>
      Print
    </Button>
  );
}
