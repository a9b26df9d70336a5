"use client";

import { LogOut } from "lucide-react";
import { send } from "../api/http.ts";
import { Menu, MenuHeading, MenuItem } from "../ui/menu.tsx";
import { tryTo } from "../ui/try-to.ts";
import type { Viewer } from "./header.tsx";

async function signOut(): Promise<void> {
  await tryTo("Still signed in", async () => {
    await send("/api/v1/session", { method: "DELETE" });
    window.location.assign("/sign-in");
  });
}

/** Who is signed in, and the way out. */
export function AccountMenu({ viewer }: { viewer: Viewer }) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Account: ${viewer.actor}, ${viewer.role}`}
          className="inline-flex size-8 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
        >
          <span aria-hidden>{viewer.actor.slice(0, 2)}</span>
        </button>
      }
    >
      <MenuHeading>
        <span className="block font-medium text-ink">{viewer.actor}</span>
        Signed in as {viewer.role}
      </MenuHeading>
      <MenuItem icon={<LogOut size={15} aria-hidden />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
