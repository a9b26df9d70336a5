import Link from "next/link";
import { useEffect, useState } from "react";
import type { Collection } from "#lib/core/api/collections.ts";
import { useStore } from "../state/store.ts";
import { plural } from "../ui/format.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { followCollection, tallyOf } from "./follow-collection.ts";
import { runsOfCollection } from "./runs-of-collection.ts";

/** How far the analysis of a collection is: pictures that are done, at work, troubled or were never analysed. */
export function CollectionStatus({ collection }: { collection: Collection }) {
  const [followed] = useState(() => followCollection(collection.id));
  useEffect(() => followed.start(), [followed]);
  const runs = useStore(followed.store, (value) => value);
  if (runs === null || collection.images === 0) return null;
  const { done, atWork, troubled, findings, fraction } = tallyOf([...runs.values()]);
  const parts = [
    `${done} of ${plural(collection.images, "picture")} analysed`,
    ...(atWork > 0 ? [`${atWork} at work`] : []),
    ...(troubled > 0 ? [`${troubled} ended before all was done`] : []),
    plural(findings, "finding"),
  ];
  return (
    <section aria-label={`Analysis of ${collection.name}`} className="mb-5 flex flex-col gap-2">
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span aria-live="polite">{parts.join(", ")}</span>
        {runs.size > 0 && (
          <Link
            href={runsOfCollection(collection.id)}
            prefetch={false}
            className="font-medium text-accent hover:underline"
          >
            Follow and steer its runs
          </Link>
        )}
      </p>
      {atWork > 0 && <ProgressBar name={`Analysis of ${collection.name}`} fraction={fraction} />}
    </section>
  );
}
