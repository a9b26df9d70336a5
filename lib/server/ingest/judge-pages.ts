import type { ModelUse, Moderation } from "#lib/core/detection/image.ts";

/** Pictures that are looked at side by side. */
const AT_ONCE = 2;

/** How the reason names the picture that it is of; null where there is nothing to tell it from. */
type NameOf = (at: number, count: number) => string | null;

const namePage: NameOf = (at, count) => (count > 1 ? `page ${at + 1}` : null);

/** The first look at a page is at all of it, the others are at parts. */
export const nameLook: NameOf = (at, count) => (at > 0 ? `part ${at} of ${count - 1}` : null);

/**
 * The verdict on a whole file from that on each of its pages: it passes where all pass, and the first page that does not is the
 * reason. Scores are the highest of any page, and what the judge took is the sum. `judge` gets 0-based pages; what it throws goes on to the caller. With `nameLook` the same of the
 * looks at one page.
 */
export async function judgePages(
  count: number,
  judge: (page: number) => Promise<Moderation>,
  nameOf: NameOf = namePage,
): Promise<Moderation> {
  const judged: Moderation[] = [];
  for (let begin = 0; begin < count; begin += AT_ONCE) {
    const pages = Array.from({ length: Math.min(AT_ONCE, count - begin) }, (_, step) => begin + step);
    judged.push(...(await Promise.all(pages.map(judge))));
    const at = judged.findIndex(({ verdict }) => verdict === "block");
    const blocked = judged[at];
    if (!blocked) continue;
    const name = nameOf(at, count);
    const reason = name === null ? blocked.reason : `${name}: ${blocked.reason ?? "it is not let pass"}`;
    return { ...blocked, scores: highest(judged.slice(0, at + 1)), reason, ...usageOf(judged) };
  }
  const last = judged.at(-1);
  if (!last) throw new Error("a file without pages cannot be judged");
  return { ...last, scores: highest(judged), ...usageOf(judged) };
}

/** What all verdicts together took; nothing where no judge says so. */
function usageOf(verdicts: readonly Moderation[]): Pick<Moderation, "usage"> {
  const uses = verdicts.flatMap(({ usage }) => usage ?? []);
  if (uses.length === 0) return {};
  const sum = (of: (use: ModelUse) => number): number => uses.reduce((total, use) => total + of(use), 0);
  const tokens = { input: sum((use) => use.tokens.input), output: sum((use) => use.tokens.output) };
  const cost = uses.every((use) => use.cost === null) ? null : sum((use) => use.cost ?? 0);
  return { usage: { calls: sum((use) => use.calls), tokens, cost } };
}

function highest(verdicts: readonly Moderation[]): Moderation["scores"] {
  const scores: Moderation["scores"] = {};
  for (const verdict of verdicts) {
    for (const [name, score] of Object.entries(verdict.scores)) scores[name] = Math.max(scores[name] ?? 0, score);
  }
  return scores;
}
