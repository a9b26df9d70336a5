"use client";

import { useState } from "react";
import { PickedBar } from "../pick/picked-bar.tsx";
import { TextPanel } from "../text/text-panel.tsx";
import { readsText } from "../text/text-places.ts";
import { classNames } from "../ui/class-names.ts";
import { useWorkspaceState } from "../workspace/context.tsx";
import { chosenRun } from "../workspace/workspace-state.ts";
import { FindingDetails } from "./finding-details.tsx";
import { FindingList } from "./finding-list.tsx";

/** What was found: as a list, and, where it is words, as the text they make. */
export function FindingsPanel() {
  const run = useWorkspaceState(chosenRun);
  const picked = useWorkspaceState((state) => state.picked.size > 0);
  const [asText, setAsText] = useState(false);
  const showsText = asText && readsText(run);
  return (
    <>
      {readsText(run) && (
        <div className="flex gap-1 border-b border-line px-3 pt-2">
          <Choice name="Findings" chosen={!showsText} onChoose={() => setAsText(false)} />
          <Choice name="Text" chosen={showsText} onChoose={() => setAsText(true)} />
        </div>
      )}
      {showsText && run ? <TextPanel run={run} /> : <FindingList />}
      {picked ? <PickedBar /> : <FindingDetails />}
    </>
  );
}

function Choice({ name, chosen, onChoose }: { name: string; chosen: boolean; onChoose: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={classNames(
        "rounded-t-md border-b-2 px-2 pb-1 font-medium",
        chosen ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink",
      )}
    >
      {name}
    </button>
  );
}
