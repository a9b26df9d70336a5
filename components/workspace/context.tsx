"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { ReviewMode } from "../review/mode/review-mode.ts";
import type { Review } from "../review/review-session.ts";
import { useStore } from "../state/store.ts";
import { ClassColoursProvider } from "../ui/class-colours.tsx";
import { shownColours } from "./shown-colours.ts";
import type { Sync } from "./sync.ts";
import type { Workspace } from "./workspace.ts";
import type { WorkspaceState } from "./workspace-state.ts";

export type Parts = { workspace: Workspace; review: Review; mode: ReviewMode; sync: Sync };

const Context = createContext<Parts | null>(null);

/** Lends the workspace to all that is inside, and to classes the colours that its runs give them. */
export function WorkspaceProvider({ parts, children }: { parts: Parts; children: ReactNode }) {
  const colours = useStore(parts.workspace.state, shownColours);
  return (
    <Context value={parts}>
      <ClassColoursProvider colours={colours}>{children}</ClassColoursProvider>
    </Context>
  );
}

/** The workspace that this component is in. */
export function useWorkspace(): Parts {
  const parts = useContext(Context);
  if (!parts) throw new Error("a workspace component was used outside a workspace");
  return parts;
}

/** A part of the workspace's state. */
export function useWorkspaceState<S>(select: (state: WorkspaceState) => S): S {
  return useStore(useWorkspace().workspace.state, select);
}
