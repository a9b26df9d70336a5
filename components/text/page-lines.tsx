import type { RunText } from "#lib/core/api/text.ts";
import { classNames } from "../ui/class-names.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { goToText } from "./text-places.ts";

/** The lines of a page, paragraph by paragraph; a press leads to where the line begins in the picture. */
export function PageLines({ text: { page, paragraphs } }: { text: RunText }) {
  const { workspace } = useWorkspace();
  const selectedId = useWorkspaceState((state) => state.selectedId);
  if (paragraphs.length === 0) return <p className="text-muted">No text was read on this page.</p>;
  return paragraphs.map(({ box, lines }) => (
    <p key={box.join()} className="mb-3">
      {lines.map(({ text, box: ofLine, words }) => (
        <button
          key={words[0]?.id ?? text}
          type="button"
          onClick={() =>
            goToText(workspace, { page, box: words[0]?.box ?? ofLine, findings: words.map(({ id }) => id) })
          }
          className={classNames(
            "block w-full rounded-sm px-1 text-left hover:bg-hover",
            words.some(({ id }) => id === selectedId) && "bg-accent-soft",
          )}
        >
          {text}
        </button>
      ))}
    </p>
  ));
}
