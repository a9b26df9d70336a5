import type { EvaluationDetail, EvaluationPage, MistakeExample } from "#lib/core/api/evaluation-details.ts";
import { REASONS } from "#lib/core/evaluation/mistakes.ts";
import { Button } from "../ui/button.tsx";
import { formatCount } from "../ui/format.ts";
import { MistakeCard } from "./mistake-card.tsx";

type Kind = "invented" | "missed";
type Reason = MistakeExample["because"];

const TITLES: Record<Kind, [title: string, order: string, none: string]> = {
  invented: ["False positives", "surest first", "Nothing was found that is not in the truth."],
  missed: ["Misses", "largest first", "Everything in the truth was found."],
};

/** What is said of each reason, of findings and of truths; `other` is the class on the other side. */
const WORDS: Record<Kind, Record<Reason, (other: string) => string>> = {
  invented: {
    "other-class": (other) => `There is a ${other}`,
    taken: () => "Found already by a surer one",
    loose: (other) => `Overlaps a ${other} too little`,
    nothing: () => "Nothing is there",
  },
  missed: {
    "other-class": (other) => `Taken for a ${other}`,
    taken: () => "What covers it was counted for another",
    loose: (other) => `A ${other} overlaps it too little`,
    nothing: () => "Nothing was found",
  },
};
const SHORT: Record<Reason, string> = {
  "other-class": "of another class",
  taken: "twice",
  loose: "beside the place",
  nothing: "nothing there",
};

/** Examples of what is wrong, each with its place in the viewer. */
export function Mistakes(props: {
  kind: Kind;
  page: EvaluationPage;
  evaluation: EvaluationDetail;
  onMore: (() => void) | null;
}) {
  const { kind, page, evaluation, onMore } = props;
  const { total, reasons, examples } = evaluation[kind];
  const [title, order, none] = TITLES[kind];
  const image = { id: page.imageId, pages: page.pages };
  return (
    <section aria-labelledby={kind} className="min-w-0 rounded-lg border border-line bg-panel px-3 py-2">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <h2 id={kind} className="font-semibold">
          {title} <span className="font-normal text-muted tabular-nums">{formatCount(total)}</span>
        </h2>
        <p className="text-xs text-muted tabular-nums">
          {total === 0
            ? none
            : `${order}; ${REASONS.filter((reason) => reasons[reason] > 0)
                .map((reason) => `${formatCount(reasons[reason])} ${SHORT[reason]}`)
                .join(", ")}`}
        </p>
      </div>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-2">
        {examples.map((mistake) => (
          <MistakeCard
            key={mistake.findingId}
            mistake={mistake}
            words={WORDS[kind][mistake.because](mistake.beside?.label ?? "thing")}
            image={image}
            runId={page.runId}
          />
        ))}
      </ul>
      {examples.length < total && (
        <p className="mt-2 flex items-center gap-3 text-xs text-muted tabular-nums">
          {formatCount(examples.length)} of {formatCount(total)} shown
          {onMore && (
            <Button small onClick={onMore}>
              Show more
            </Button>
          )}
        </p>
      )}
    </section>
  );
}
