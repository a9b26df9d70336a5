"use client";

import { useEffect, useState } from "react";
import type { FindingComment, HistoryEntry } from "#lib/core/api/findings.ts";
import { listComments, listHistory } from "../api/findings.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { INPUT } from "../ui/field.tsx";
import { formatInstant } from "../ui/format.ts";
import { useWorkspace } from "../workspace/context.tsx";

type DiscussionProps = {
  id: string;
  version: number;
  /** The server knows it as it is shown. */
  saved: boolean;
  mayWrite: boolean;
};

/** What was said about a finding, and what was done to it, oldest first. */
export function Discussion({ id, version, saved, mayWrite }: DiscussionProps) {
  const { review } = useWorkspace();
  const sent = useStore(review.saving, (value) => value.waiting);
  const [comments, setComments] = useState<readonly FindingComment[]>([]);
  const [history, setHistory] = useState<readonly HistoryEntry[]>([]);
  const [text, setText] = useState("");

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version has a longer history, what was sent another comment
  useEffect(() => {
    if (!saved) return;
    const controller = new AbortController();
    listComments(id, controller.signal).then(setComments, () => undefined);
    listHistory(id, controller.signal).then(setHistory, () => undefined);
    return () => controller.abort();
  }, [id, version, saved, sent]);

  const send = (): void => {
    review.comment(id, text.trim());
    setText("");
  };
  return (
    <>
      <section aria-label="Comments" className="flex flex-col gap-2">
        {comments.map((comment) => (
          <p key={comment.id} className="rounded-md bg-canvas px-2.5 py-1.5">
            <span className="block text-xs text-muted">
              {comment.actor} · {formatInstant(comment.createdAt)}
            </span>
            <span className="break-words whitespace-pre-wrap">{comment.text}</span>
          </p>
        ))}
        {mayWrite && (
          <form
            className="flex gap-1.5"
            onSubmit={(event) => {
              event.preventDefault();
              if (text.trim() !== "") send();
            }}
          >
            <input
              aria-label="Comment"
              placeholder="Comment"
              maxLength={5000}
              className={INPUT}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <Button type="submit" disabled={text.trim() === ""}>
              Send
            </Button>
          </form>
        )}
      </section>
      {history.length > 0 && (
        <details>
          <summary className="text-muted">History ({history.length})</summary>
          <ol className="mt-1.5 flex flex-col gap-1">
            {history.map((entry) => (
              <li key={`${entry.createdAt}-${entry.action}`} className="text-xs">
                <span className="text-muted">{formatInstant(entry.createdAt)}</span> {entry.actor}: {entry.action}
                {describeChange(entry)}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

/** The fields that an entry changed, as before → after; places are left to the picture. */
export function describeChange({ before, after }: Pick<HistoryEntry, "before" | "after">): string {
  const changes = Object.entries(after ?? {})
    .filter(([field, value]) => typeof value === "string" && before?.[field] !== value)
    .map(([, value]) => value)
    .filter((value) => typeof value === "string");
  return changes.length > 0 ? ` → ${changes.join(", ")}` : "";
}
