"use client";

import { useEffect, useState } from "react";
import type { ImageLink, SharedView } from "#lib/core/api/links.ts";
import { sentence } from "../api/http.ts";
import { listLinks, makeLink } from "../api/links.ts";
import { FormError } from "../ui/ask-form.tsx";
import { Button } from "../ui/button.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { CopyButton } from "./copy-button.tsx";
import { LinkList } from "./link-list.tsx";
import { pathOf } from "./link-words.ts";

/** What can be shared from where the form was opened. */
export type Shareable = {
  image: { id: string; name: string };
  runId: string | null;
  /** What of the picture is on the screen; null where no picture is. */
  view: SharedView | null;
};

const DAY_SECONDS = 86_400;
const EXPIRIES = [
  ["1 day", 1],
  ["1 week", 7],
  ["30 days", 30],
  ["1 year", 365],
] as const;

type Kind = "view" | "report" | "image";

/** Makes links that show one thing and nothing else, to whoever has them, until they expire or are revoked. */
export function ShareForm({ shareable }: { shareable: Shareable }) {
  const { image, runId, view } = shareable;
  const kinds: { kind: Kind; words: string }[] = [
    ...(view ? [{ kind: "view" as const, words: "This view of the picture" }] : []),
    ...(runId ? [{ kind: "report" as const, words: "The report of this run" }] : []),
    { kind: "image", words: "The whole picture, for other viewers (IIIF)" },
  ];
  const [kind, setKind] = useState<Kind>(kinds[0]?.kind ?? "image");
  const [name, setName] = useState(image.name);
  const [days, setDays] = useState(7);
  const [findings, setFindings] = useState(true);
  const [links, setLinks] = useState<readonly ImageLink[]>([]);
  const [made, setMade] = useState<ImageLink | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads again
  useEffect(() => {
    const leave = new AbortController();
    listLinks(image.id, leave.signal).then(setLinks, (thrown) => {
      if (!leave.signal.aborted) setError(sentence(thrown));
    });
    return () => leave.abort();
  }, [image.id, round]);

  const make = async (): Promise<void> => {
    setError(null);
    try {
      const link = await makeLink(image.id, {
        name: name.trim() || image.name,
        expiresInSeconds: days * DAY_SECONDS,
        findings: kind !== "report" && findings,
        view: kind === "view" ? view : null,
        run: kind === "image" ? null : runId,
      });
      setMade(link);
      setRound((before) => before + 1);
    } catch (thrown) {
      setError(sentence(thrown));
    }
  };

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 text-xs font-medium">What</legend>
        {kinds.map(({ kind: each, words }) => (
          <label key={each} className="flex items-center gap-2">
            <input type="radio" name="kind" checked={kind === each} onChange={() => setKind(each)} />
            {words}
          </label>
        ))}
      </fieldset>
      <div className="grid grid-cols-[1fr_8rem] gap-3">
        <Field label="Name" hint="Who has the link sees it.">
          <input className={INPUT} value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Good for">
          <select className={INPUT} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {EXPIRIES.map(([words, each]) => (
              <option key={each} value={each}>
                {words}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {kind !== "report" && (
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={findings} onChange={(event) => setFindings(event.target.checked)} />
          {kind === "view" && runId !== null ? "With the findings of this run" : "With all findings of the picture"}
        </label>
      )}
      <FormError error={error} />
      <div>
        <Button look="primary" type="submit">
          Make a link
        </Button>
      </div>
      {made && <Made link={made} />}
      <LinkList
        links={links}
        onChanged={() => {
          setMade(null);
          setRound((before) => before + 1);
        }}
      />
    </form>
  );
}

function Made({ link }: { link: ImageLink }) {
  const address = window.location.origin + (pathOf(link) ?? "");
  return (
    <div role="status" className="rounded-md border border-line bg-raised p-3">
      <p className="mb-1 font-medium">Whoever has this link sees it, without signing in:</p>
      <div className="flex items-center gap-1">
        <input
          aria-label="The new link"
          readOnly
          className={INPUT}
          value={address}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={address} what="the new link" />
      </div>
    </div>
  );
}
