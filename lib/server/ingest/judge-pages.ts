import type { Moderation } from "#lib/core/detection/image.ts";

/** Pictures that are looked at side by side. */
const AT_ONCE = 2;

/** How the reason names the picture that it is of; null where there is nothing to tell it from. */
type NameOf = (at: number, count: number) => string | null;

const namePage: NameOf = (at, count) => (count > 1 ? `page ${at + 1}` : null);

/** The first look at a page is at all of it, the others are at parts. */
export const nameLook: NameOf = (at, count) => (at > 0 ? `part ${at} of ${count - 1}` : null);

/**
 * The verdict on a whole file from that on each of its pages: it passes where all pass, and the first page that does not is the
 * reason. Scores are the highest of any page. `judge` gets 0-based pages; what it throws goes on to the caller. With `nameLook` the same of the
 * looks at one page.
 */
export async function judgePages(
  count: number,
  judge: (page: number) => Promise<Moderation>,
  nameOf: NameOf = namePage,
): Promise<Moderation> {
  const passed: Moderation[] = [];
  for (let begin = 0; begin < count; begin += AT_ONCE) {
    const pages = Array.from({ length: Math.min(AT_ONCE, count - begin) }, (_, step) => begin + step);
    for (const verdict of await Promise.all(pages.map(judge))) {
      if (verdict.verdict === "block") {
        const name = nameOf(passed.length, count);
        const reason = name === null ? verdict.reason : `${name}: ${verdict.reason ?? "it is not let pass"}`;
        return { ...verdict, scores: highest([...passed, verdict]), reason };
      }
      passed.push(verdict);
    }
  }
  const last = passed.at(-1);
  if (!last) throw new Error("a file without pages cannot be judged");
  return { ...last, scores: highest(passed) };
}

function highest(verdicts: readonly Moderation[]): Moderation["scores"] {
  const scores: Moderation["scores"] = {};
  for (const verdict of verdicts) {
    for (const [name, score] of Object.entries(verdict.scores)) scores[name] = Math.max(scores[name] ?? 0, score);
  }
  return scores;
}
