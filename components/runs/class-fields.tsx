import { Undo2 } from "lucide-react";
import { classColour, distinctColours, hexOf } from "#lib/core/detection/class-colour.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { classesOf, type RunForm } from "./new-run-request.ts";

/** More rows than this would be no help: what is typed as classes comes first. */
const MOST_ROWS = 60;

type Props = {
  form: RunForm;
  set: (change: Partial<RunForm>) => void;
  /** Labels that the picture has findings of: offered where no classes are named. */
  seen: readonly string[];
};

/** The colour of each class, and its least confidence where it is another than that of all. */
export function ClassFields({ form, set, seen }: Props) {
  const typed = classesOf(form);
  const known = [...Object.keys(form.colours), ...Object.keys(form.thresholds)];
  const labels = [...new Set([...typed, ...(typed.length === 0 ? seen : []), ...known])].slice(0, MOST_ROWS);
  if (labels.length === 0) return null;
  // As the run will have them.
  const colours = distinctColours(typed, form.colours);
  const paint = (label: string, colour: string | null): void => {
    const { [label]: _, ...others } = form.colours;
    set({ colours: colour === null ? others : { ...others, [label]: colour } });
  };
  const limit = (label: string, percent: string): void => {
    const { [label]: _, ...others } = form.thresholds;
    const least = Math.min(100, Math.max(0, Number(percent))) / 100;
    set({ thresholds: percent.trim() === "" ? others : { ...others, [label]: least } });
  };
  return (
    <details>
      <summary className="text-xs font-medium">Colours and least confidence of classes</summary>
      <ul className="mt-2 flex flex-col gap-1">
        {labels.map((label) => {
          const least = form.thresholds[label];
          return (
            <li key={label} className="flex items-center gap-2">
              <input
                type="color"
                aria-label={`Colour of ${label}`}
                className="size-6 shrink-0 cursor-pointer rounded-sm border border-edge/60 bg-raised p-0.5"
                value={hexOf(classColour(label, colours))}
                onChange={(event) => paint(label, event.target.value)}
              />
              <span className="min-w-0 flex-1 truncate">{label}</span>
              {Object.hasOwn(form.colours, label) && (
                <IconButton
                  name={`Usual colour of ${label}`}
                  icon={<Undo2 size={13} />}
                  onClick={() => paint(label, null)}
                />
              )}
              <input
                type="number"
                aria-label={`Least confidence of ${label}, %`}
                className="h-7 w-16 rounded-md border border-edge/60 bg-raised px-1.5 text-right tabular-nums placeholder:text-muted"
                min={0}
                max={100}
                placeholder={String(Math.round(form.minScore * 100))}
                value={least === undefined ? "" : String(Math.round(least * 1000) / 10)}
                onChange={(event) => limit(label, event.target.value)}
              />
              <span className="text-xs text-muted">%</span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
