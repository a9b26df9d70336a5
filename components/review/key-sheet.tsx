"use client";

import { useState } from "react";
import { classNames } from "../ui/class-names.ts";
import { Kbd } from "../ui/kbd.tsx";
import { useWorkspace } from "../workspace/context.tsx";
import { scopeOf } from "./actions.ts";
import { keySheet, type Scope } from "./keys.ts";

const NAMES: Record<Scope, string> = { viewer: "Picture", drawing: "Drawing", review: "Review" };
const SCOPES = ["viewer", "drawing", "review"] as const;

/** All keys, of what the hand is at first. */
export function KeySheet() {
  const { workspace } = useWorkspace();
  const [scope, setScope] = useState<Scope>(() => scopeOf(workspace));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex gap-1">
        {SCOPES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === scope}
            onClick={() => setScope(each)}
            className={classNames(
              "rounded-md px-2.5 py-1 font-medium",
              each === scope ? "bg-accent-soft text-accent" : "text-muted hover:bg-hover",
            )}
          >
            {NAMES[each]}
          </button>
        ))}
      </div>
      {keySheet(scope).map((group) => (
        <section key={group.title}>
          <h3 className="mb-1.5 font-semibold">{group.title}</h3>
          <dl className="grid grid-cols-[7.5rem_1fr] gap-y-1.5">
            {group.rows.map(({ keys, what }) => (
              <div key={what} className="contents">
                <dt className="flex flex-wrap content-start gap-1">
                  {keys.map((each) => (
                    <Kbd key={each} keys={each} />
                  ))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
