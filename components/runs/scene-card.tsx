"use client";

import type { Scene } from "#lib/core/detection/run.ts";
import { readFinding } from "../api/findings.ts";
import { select } from "../review/actions.ts";
import { notify } from "../ui/toasts.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { chosenRun } from "../workspace/workspace-state.ts";
import { CutSentences } from "./cut-sentences.tsx";

/** Citations shown of one sentence before "and more". */
const SHOWN = 6;

/** What the whole run amounts to, every sentence with the findings and tiles it rests on. */
export function SceneCard() {
  const scene = useWorkspaceState((state) => chosenRun(state)?.scene ?? null);
  const synthesis = useWorkspaceState((state) => chosenRun(state)?.synthesis ?? null);
  if (!scene) return null;
  return (
    <section aria-labelledby="scene" className="border-b border-line px-3 py-2">
      <h2 id="scene" className="font-semibold">
        Scene
      </h2>
      <p className="mb-1 text-xs text-muted">{scene.title}</p>
      <div className="flex flex-col gap-1.5">
        {scene.sentences.map((each) => (
          <Sentence key={each.text} sentence={each} />
        ))}
      </div>
      <CutSentences synthesis={synthesis} />
    </section>
  );
}

function Sentence({ sentence }: { sentence: Scene["sentences"][number] }) {
  const { workspace, review } = useWorkspace();
  const goToFinding = async (id: string): Promise<void> => {
    try {
      if (!workspace.table.find(id)) review.learn(await readFinding(id));
      select(workspace, id);
    } catch {
      notify({ tone: "info", title: "That finding has gone", text: "It was removed after the scene was written." });
    }
  };
  const goToTile = (index: number): void => {
    const tile = workspace.ledger.get(index);
    if (tile) workspace.camera.current?.flyTo([tile.x, tile.y, tile.width, tile.height]);
  };
  const cited = sentence.findings.length + sentence.tiles.length;
  return (
    <p>
      {sentence.text}{" "}
      <span className="inline-flex flex-wrap items-center gap-0.5 align-bottom">
        {sentence.findings.slice(0, SHOWN).map((id, at) => (
          <Citation key={id} name={`Finding ${at + 1}`} text={String(at + 1)} onGo={() => void goToFinding(id)} />
        ))}
        {sentence.findings.length === 0 &&
          sentence.tiles
            .slice(0, SHOWN)
            .map((index) => (
              <Citation key={index} name={`Tile ${index}`} text={`tile ${index}`} onGo={() => goToTile(index)} />
            ))}
        {cited > SHOWN && sentence.findings.length > SHOWN && (
          <span className="text-xs text-muted">+{sentence.findings.length - SHOWN}</span>
        )}
      </span>
    </p>
  );
}

function Citation({ name, text, onGo }: { name: string; text: string; onGo: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Go to: ${name}`}
      onClick={onGo}
      className="inline-flex min-w-6 justify-center rounded-sm bg-accent-soft px-1 text-xs leading-6 font-medium text-accent hover:underline"
    >
      {text}
    </button>
  );
}
