"use client";

import { useEffect, useRef, useState } from "react";
import { classNames } from "./class-names.ts";
import { INPUT } from "./field.tsx";
import { Kbd } from "./kbd.tsx";

export type PaletteEntry = { name: string; group: string; keys?: string; run: () => void };

/** More than these at once nobody reads. */
const MOST = 60;

/** Entries to find by typing and to run by Enter. Words may be typed in any order, in part. */
export function Palette({ entries }: { entries: readonly PaletteEntry[] }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const offered = matchEntries(entries, text).slice(0, MOST);
  const at = Math.min(active, offered.length - 1);
  useEffect(() => {
    list.current?.querySelector(`#palette-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return (
    <div className="flex flex-col gap-2">
      <input
        // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type into
        autoFocus
        role="combobox"
        aria-label="Command"
        aria-expanded="true"
        aria-controls="palette-options"
        aria-activedescendant={offered.length > 0 ? `palette-${at}` : undefined}
        placeholder="Type what you want to do, or where to go"
        className={INPUT}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") offered[at]?.run();
          else if (event.key === "ArrowDown") setActive(Math.min(offered.length - 1, at + 1));
          else if (event.key === "ArrowUp") setActive(Math.max(0, at - 1));
          else return;
          event.preventDefault();
        }}
      />
      <p className="sr-only" aria-live="polite">
        {offered.length} found
      </p>
      <div
        ref={list}
        id="palette-options"
        role="listbox"
        aria-label="Commands"
        className="scroll-quiet max-h-[50vh] overflow-y-auto"
      >
        {offered.map((entry, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the text field has the focus and names its active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text field takes the keys
          <div
            key={`${entry.group} ${entry.name}`}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={entry.run}
            onPointerMove={() => setActive(index)}
            className={classNames(
              "flex cursor-pointer items-center gap-3 rounded-md px-2 py-1.5",
              index === at && "bg-hover",
            )}
          >
            <span className="min-w-0 flex-1">{entry.name}</span>
            <span className="text-xs text-muted">{entry.group}</span>
            {entry.keys && <Kbd keys={entry.keys} />}
          </div>
        ))}
        {offered.length === 0 && <p className="px-2 py-1.5 text-muted">Nothing is called that.</p>}
      </div>
    </div>
  );
}

/** Entries that hold every word that was typed; those that begin with the first word come first. */
export function matchEntries(entries: readonly PaletteEntry[], typed: string): PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ""] = words;
  const texts = new Map(entries.map((entry) => [entry, `${entry.name} ${entry.group}`.toLowerCase()]));
  const rank = (entry: PaletteEntry): number => (texts.get(entry)?.startsWith(first) ? 0 : 1);
  return entries
    .filter((entry) => words.every((word) => texts.get(entry)?.includes(word)))
    .sort((a, b) => rank(a) - rank(b));
}
