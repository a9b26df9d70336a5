"use client";

import { NoticePage } from "#components/shell/notice-page.tsx";
import { Button } from "#components/ui/button.tsx";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <NoticePage title="This page failed to show">
      <p>Nothing of your work is lost: what was decided is kept on the server or waits in this browser to be sent.</p>
      <p>
        <Button look="primary" onClick={reset}>
          Try again
        </Button>
      </p>
    </NoticePage>
  );
}
