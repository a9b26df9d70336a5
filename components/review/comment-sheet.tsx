"use client";

import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { INPUT } from "../ui/field.tsx";

/** A remark on a finding, for those whose hands are on the keys. */
export function CommentSheet({ onSend }: { onSend: (text: string) => void }) {
  const [text, setText] = useState("");
  const empty = text.trim() === "";
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) onSend(text.trim());
      }}
    >
      <textarea
        // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type into
        autoFocus
        aria-label="Comment"
        maxLength={5000}
        className={`${INPUT} h-24 py-1.5`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          if (!empty) onSend(text.trim());
        }}
      />
      <div className="flex items-center gap-3">
        <Button type="submit" look="primary" disabled={empty}>
          Send
        </Button>
        <span className="text-xs text-muted">Enter sends, Shift+Enter begins a line.</span>
      </div>
    </form>
  );
}
