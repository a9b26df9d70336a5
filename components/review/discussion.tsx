"use client";

import { useState } from "react";
import { listComments } from "../api/findings.ts";
import { Button } from "../ui/button.tsx";
import { INPUT } from "../ui/field.tsx";
import { formatInstant } from "../ui/format.ts";
import { useWorkspace } from "../workspace/context.tsx";
import { FindingHistory } from "./finding-history.tsx";
import { type ShownFinding, useRecords } from "./use-records.ts";

type DiscussionProps = ShownFinding & { mayWrite: boolean };

/** What was said about a finding, and what was done to it, oldest first. */
export function Discussion({ id, version, saved, mayWrite }: DiscussionProps) {
  const { review } = useWorkspace();
  const comments = useRecords(listComments, { id, version, saved });
  const [text, setText] = useState("");

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
      <FindingHistory id={id} version={version} saved={saved} mayWrite={mayWrite} />
    </>
  );
}
