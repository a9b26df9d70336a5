"use client";

import { Ban } from "lucide-react";
import type { ImageLink } from "#lib/core/api/links.ts";
import { revokeLink } from "../api/links.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { tryTo } from "../ui/try-to.ts";
import { CopyButton } from "./copy-button.tsx";
import { kindOf, pathOf, stateOf } from "./link-words.ts";

/** The links of a picture: until when each is good, its address to copy, and the way to end it. */
export function LinkList({ links, onChanged }: { links: readonly ImageLink[]; onChanged: () => void }) {
  if (links.length === 0) return null;
  const now = new Date();
  return (
    <section aria-labelledby="links" className="border-t border-line pt-3">
      <h3 id="links" className="mb-2 font-semibold">
        Links
      </h3>
      <ul className="flex flex-col gap-2">
        {links.map((link) => {
          const path = pathOf(link);
          return (
            <li key={link.id} className="flex items-center gap-1">
              <div className="min-w-0 flex-1">
                {path ? (
                  <a
                    href={path}
                    target="_blank"
                    rel="noreferrer"
                    className="block truncate font-medium hover:underline"
                  >
                    {link.name}
                  </a>
                ) : (
                  <span className="block truncate text-muted">{link.name}</span>
                )}
                <span className="block text-xs text-muted">
                  {kindOf(link)}; {stateOf(link, now)}
                </span>
              </div>
              {path && <CopyButton text={window.location.origin + path} what={`the link ${link.name}`} />}
              {path && (
                <IconButton
                  name={`Revoke ${link.name}`}
                  icon={<Ban size={15} aria-hidden />}
                  onClick={() =>
                    void tryTo("The link could not be revoked", async () => {
                      await revokeLink(link);
                      onChanged();
                    })
                  }
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
