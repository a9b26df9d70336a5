import Link from "next/link";
import type { ReactNode } from "react";
import { AccountMenu } from "./account-menu.tsx";
import { Mark } from "./mark.tsx";

export type Viewer = { actor: string; role: "viewer" | "reviewer" | "operator" | "owner" };

/**
 * The head of every page: the product, what the page is about, what can be done, who is here. Its links are not fetched ahead: the server would
 * make two more pages just while this one is opened.
 */
export function Header({ viewer, title, actions }: { viewer: Viewer; title?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line bg-panel px-3">
      <Link
        href="/"
        prefetch={false}
        className="flex items-center gap-2 rounded-md px-1 py-1 font-semibold tracking-tight hover:bg-hover"
      >
        <Mark />
        <span className="text-base">Tessera</span>
        <span className="sr-only">, library</span>
      </Link>
      <Link
        href="/runs"
        prefetch={false}
        className="rounded-md px-2 py-1 text-sm text-muted hover:bg-hover hover:text-ink"
      >
        Runs
      </Link>
      {title && <span aria-hidden className="h-5 w-px bg-line" />}
      <div className="min-w-0 flex-1">{title}</div>
      {actions}
      <AccountMenu viewer={viewer} />
    </header>
  );
}
