import { useEffect, useState } from "react";
import type { Evidence, EvidenceTile, Look } from "#lib/core/detection/evidence.ts";
import { formatCost, formatMs } from "#lib/core/quantities.ts";
import { ROLE_WORDS } from "#lib/core/routing/model-share-line.ts";
import { readEvidence } from "../api/findings.ts";
import { sentence } from "../api/http.ts";
import { formatCount, formatScore, plural } from "../ui/format.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { EvidenceCrop } from "./evidence-crop.tsx";

/** What a finding rests on, behind one press: tiles, raw boxes, words, replies, attempts, time and cost. */
export function EvidencePanel({ id, version }: { id: string; version: number }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="font-medium">Evidence</summary>
      {open && <Loaded key={`${id} ${version}`} id={id} />}
    </details>
  );
}

function Loaded({ id }: { id: string }) {
  const [evidence, setEvidence] = useState<Evidence | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    readEvidence(id, controller.signal).then(setEvidence, (problem) => {
      if (!controller.signal.aborted) setError(sentence(problem));
    });
    return () => controller.abort();
  }, [id]);
  if (error) return <p className="mt-2 text-bad">{error}</p>;
  if (!evidence) return <p className="mt-2 text-muted">Reading…</p>;
  return (
    <div className="mt-2 flex flex-col gap-3">
      <EvidenceCrop evidence={evidence} />
      {evidence.tiles.length === 0 && <p className="text-muted">{WITHOUT_TILES[evidence.source]}</p>}
      {evidence.tiles.map((tile) => (
        <TileEvidence key={tile.index} tile={tile} />
      ))}
      {evidence.tilesTotal > evidence.tiles.length && evidence.tiles.length > 0 && (
        <p className="text-muted">And {plural(evidence.tilesTotal - evidence.tiles.length, "more tile")}.</p>
      )}
    </div>
  );
}

const WITHOUT_TILES: Record<Evidence["source"], string> = {
  model: "Its tiles are being looked at again, or say it no more; a person's decision keeps it.",
  person: "Drawn by hand: no model was asked.",
  import: "Imported: no model was asked here.",
};

function TileEvidence({ tile }: { tile: EvidenceTile }) {
  const { index, model, boxes, attempts, modelMs, tokens, cost, looks, wholePicture } = tile;
  const used = [
    plural(attempts, "attempt"),
    ...(modelMs === null ? [] : [`model ${formatMs(modelMs)}`]),
    ...(tokens > 0 ? [`${formatCount(tokens)} tokens`] : []),
    ...(cost === null ? [] : [formatCost(cost)]),
  ];
  return (
    <section aria-label={`Tile ${index}`} className="flex flex-col gap-1 border-t border-line pt-2">
      <h3 className="flex flex-wrap justify-between gap-x-2 font-medium">
        <span>
          {wholePicture ? "Whole picture" : "Tile"} #{index}
        </span>
        <span className="font-normal break-all text-muted">{model}</span>
      </h3>
      <p className="text-xs text-muted tabular-nums">{used.join(" · ")}</p>
      <ul className="text-xs tabular-nums">
        {boxes.map(({ position, box, label, score }) => (
          <li key={position}>
            {label} {formatScore(score)} <span className="text-muted">at {box.map(Math.round).join(", ")}</span>
          </li>
        ))}
      </ul>
      {looks.map((look) => (
        <LookEvidence key={look.attempt} look={look} />
      ))}
    </section>
  );
}

const OUTCOMES: Record<Look["outcome"], string> = {
  answered: "answered",
  unreadable: "gave no usable reply",
  throttled: "refused for now",
  failed: "failed",
};

function LookEvidence({ look }: { look: Look }) {
  const { attempt, role, model, outcome, error, wording, prompt, replies, superseded, calls, tokens, cost } = look;
  const used = [
    ...(calls > 0 ? [plural(calls, "call")] : []),
    ...(tokens.input + tokens.output > 0 ? [`${formatCount(tokens.input + tokens.output)} tokens`] : []),
    ...(cost === null ? [] : [formatCost(cost)]),
  ];
  return (
    <div className="flex flex-col gap-1 rounded-md bg-canvas px-2 py-1.5 text-xs">
      <p>
        Attempt {attempt}, {ROLE_WORDS[role]}: {model} {OUTCOMES[outcome]}
        {used.length > 0 && <span className="text-muted"> · {used.join(" · ")}</span>}
      </p>
      {superseded && (
        <p className="text-muted">
          It had found {plural(superseded.length, "box", "boxes")}; another look took its place.
        </p>
      )}
      {error && <p className="break-words text-bad">{error}</p>}
      {prompt !== null && <Words name={`Prompt ${wording}`} text={prompt} />}
      {replies.map(asShown).map(({ key, name, text }) => (
        <Words key={key} name={name} text={text} />
      ))}
    </div>
  );
}

/** The last reply counts; one before it was sent back as unusable. */
function asShown(text: string, at: number, all: readonly string[]): { key: string; name: string; text: string } {
  const name = at + 1 < all.length ? "Reply that was sent back" : "Reply";
  return { key: `${name} ${at}`, name, text: text || "(empty)" };
}

function Words({ name, text }: { name: string; text: string }) {
  return (
    <details>
      <summary className="cursor-pointer text-muted hover:text-ink">{name}</summary>
      <ScrollBox name={name} className="mt-1 max-h-48 rounded bg-panel">
        <pre className="p-2 break-words whitespace-pre-wrap">{text}</pre>
      </ScrollBox>
    </details>
  );
}
