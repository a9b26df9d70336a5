import type { SynthesisRecord } from "#lib/core/detection/run.ts";
import { plural } from "../ui/format.ts";

/** What was cut of a model's words on a run since the facts do not bear it out, each with why. */
export function CutSentences({ synthesis }: { synthesis: SynthesisRecord | null }) {
  if (!synthesis || synthesis.cut.length === 0) return null;
  const { model, cut } = synthesis;
  return (
    <details className="mt-2 text-xs">
      <summary className="cursor-pointer text-muted hover:text-ink">
        {plural(cut.length, "sentence")} of {model} cut: the facts do not bear {cut.length === 1 ? "it" : "them"} out
      </summary>
      <ul className="mt-1 flex flex-col gap-1">
        {cut.map(({ text, why }) => (
          <li key={`${text} ${why}`}>
            <del>{text}</del> <span className="text-muted">{why}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
