"use client";

import Link from "next/link";
import { type ReactNode, useEffect, useState } from "react";
import type { Image } from "#lib/core/detection/image.ts";
import { ApiProblem, sentence } from "../api/http.ts";
import { readImage } from "../api/images.ts";
import { createReviewMode } from "../review/mode/review-mode.ts";
import { createReview } from "../review/review-session.ts";
import { Header, type Viewer } from "../shell/header.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { readAddress, writeAddress } from "../viewer/view-address.ts";
import { type Parts, WorkspaceProvider } from "./context.tsx";
import { startSync } from "./sync.ts";
import { createWorkspace } from "./workspace.ts";
import { WorkspaceView } from "./workspace-view.tsx";

/** The page of one image: hands over to its workspace what the server read with the page, or reads it where that could not. */
export function ImagePage({ imageId, initial, viewer }: { imageId: string; initial: Image | null; viewer: Viewer }) {
  const [image, setImage] = useState(initial);
  const [failure, setFailure] = useState<{ title: string; text: string } | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads again
  useEffect(() => {
    if (initial) return;
    const controller = new AbortController();
    setFailure(null);
    readImage(imageId, controller.signal).then(setImage, (error) => {
      if (controller.signal.aborted) return;
      const gone = error instanceof ApiProblem && error.status === 404;
      setFailure({
        title: gone ? "There is no such picture" : "The picture could not be read",
        text: gone ? "It has been deleted, or it is not shared with you." : sentence(error),
      });
    });
    return () => controller.abort();
  }, [imageId, attempt]);

  if (image) return <ImageWorkspace image={image} viewer={viewer} />;
  if (!failure) return <Opening viewer={viewer} />;
  return (
    <Frame viewer={viewer}>
      <div role="alert" className="m-auto text-center">
        <h1 className="text-base font-semibold">{failure.title}</h1>
        <p className="mb-4 text-muted">{failure.text}</p>
        <p className="flex items-center justify-center gap-3">
          <Button onClick={() => setAttempt((before) => before + 1)}>Try again</Button>
          <Link href="/" className="font-medium text-accent hover:underline">
            Back to the library
          </Link>
        </p>
      </div>
    </Frame>
  );
}

function Frame({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return (
    <div className="flex h-dvh flex-col">
      <Header viewer={viewer} />
      <main className="flex min-h-0 flex-1 flex-col bg-stage">{children}</main>
    </div>
  );
}

/** The places of what is about to be there. */
function Opening({ viewer }: { viewer: Viewer }) {
  return (
    <Frame viewer={viewer}>
      <Skeleton
        label="Reading the picture"
        className="relative flex min-h-0 flex-1 flex-wrap content-start justify-between"
        blocks={["h-10 w-full", "hidden h-full w-64 min-[1100px]:block", "hidden h-full w-80 min-[820px]:block"]}
      />
    </Frame>
  );
}

function ImageWorkspace({ image, viewer }: { image: Image; viewer: Viewer }) {
  const [parts, setParts] = useState<Parts | null>(null);
  const [asked, setAsked] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: later states of the image come by the workspace's own events
  useEffect(() => {
    const address = readAddress(window.location.search);
    const page = Math.min(address.page, Math.max(0, image.pages - 1));
    const openPage = (wanted: number): void => {
      const { runId, selectedId, look, beside, filter, sort, grouped } = workspace.state.get();
      // A view belongs to its page, and a finding to the page that it is on.
      const findingId = workspace.table.find(selectedId ?? "") ? null : selectedId;
      const turn = { degrees: 0, flipped: false };
      const search = writeAddress({
        view: null,
        turn,
        findingId,
        runId,
        page: wanted,
        look,
        beside,
        listing: { filter, sort, grouped },
        compared: workspace.comparison.get(),
      });
      window.history.pushState(window.history.state, "", `${window.location.pathname}${search}`);
      setAsked(wanted);
    };
    const workspace = createWorkspace(image, viewer.role, { ...address, page }, openPage);
    const review = createReview(workspace, window.localStorage, viewer.actor);
    const sync = startSync(workspace, review);
    const mode = createReviewMode(workspace, review);
    setParts({ workspace, review, mode, sync });
    return () => {
      mode.stop();
      sync.stop();
      review.stop();
    };
  }, [image.id, viewer.role, viewer.actor, asked]);
  useEffect(() => {
    const onBack = (): void => setAsked(readAddress(window.location.search).page);
    window.addEventListener("popstate", onBack);
    return () => window.removeEventListener("popstate", onBack);
  }, []);
  if (!parts) return <Opening viewer={viewer} />;
  return (
    <WorkspaceProvider key={parts.workspace.page} parts={parts}>
      <WorkspaceView viewer={viewer} />
    </WorkspaceProvider>
  );
}
