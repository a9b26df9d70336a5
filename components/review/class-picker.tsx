"use client";

import { useState } from "react";
import { classNames } from "../ui/class-names.ts";
import { INPUT } from "../ui/field.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { Swatch } from "../ui/swatch.tsx";

type PickerProps = { classes: readonly string[]; current: string | null; onPick: (label: string) => void };

/** Type a class, or its number; Enter takes the first that fits, or what was typed. */
export function ClassPicker({ classes, current, onPick }: PickerProps) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const typed = text.trim();
  const fitting = matchClasses(classes, typed);
  const offered = typed !== "" && !classes.includes(typed) ? [...fitting, typed] : fitting;
  const at = Math.min(active, offered.length - 1);
  const take = (): void => {
    const label = offered[at];
    if (label) onPick(label);
  };
  return (
    <div className="flex flex-col gap-2">
      <input
        // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type into
        autoFocus
        role="combobox"
        aria-label="Class"
        aria-expanded="true"
        aria-controls="class-options"
        aria-activedescendant={offered.length > 0 ? `class-option-${at}` : undefined}
        placeholder="Type a class"
        className={INPUT}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
          else if (event.key === "ArrowDown") setActive(Math.min(offered.length - 1, at + 1));
          else if (event.key === "ArrowUp") setActive(Math.max(0, at - 1));
          else if (text === "" && /^[1-9]$/.test(event.key) && classes[Number(event.key) - 1]) {
            onPick(classes[Number(event.key) - 1] ?? "");
          } else return;
          event.preventDefault();
        }}
      />
      <div id="class-options" role="listbox" aria-label="Classes" className="scroll-quiet max-h-72 overflow-y-auto">
        {offered.map((label, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the text field has the focus and names its active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text field takes the keys
          <div
            key={label}
            id={`class-option-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={() => onPick(label)}
            onPointerEnter={() => setActive(index)}
            className={classNames(
              "flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5",
              index === at && "bg-hover",
            )}
          >
            <Swatch label={label} />
            <span className="flex-1 truncate">{classes.includes(label) ? label : `New class “${label}”`}</span>
            {label === current && <span className="text-xs text-muted">now</span>}
            {typed === "" && index < 9 && <Kbd keys={String(index + 1)} />}
          </div>
        ))}
        {offered.length === 0 && <p className="px-2 py-1.5 text-muted">There is no class yet. Type one.</p>}
      </div>
    </div>
  );
}

/** Classes that hold what was typed; those that begin with it first. */
export function matchClasses(classes: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase();
  const rank = (label: string): number => label.toLowerCase().indexOf(wanted);
  return classes.filter((label) => rank(label) !== -1).sort((a, b) => Math.sign(rank(a)) - Math.sign(rank(b)));
}
