"use client";

import { Pause, Play, RotateCw, X } from "lucide-react";
import Link from "next/link";
import { formatSeconds } from "#lib/core/quantities.ts";
import { useStore } from "../state/store.ts";
import { formatBytes } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { Upload, Uploads } from "./uploads.ts";

/** Files on their way, each with its progress, what to do about it, and why where it stands still or was refused. */
export function UploadTray({ uploads }: { uploads: Uploads }) {
  const list = useStore(uploads.store, (value) => value);
  if (list.length === 0) return null;
  return (
    <section aria-label="Uploads" className="mb-6 overflow-hidden rounded-lg border border-line bg-panel">
      <ul className="max-h-[50dvh] divide-y divide-line overflow-y-auto">
        {list.map((upload) => (
          <UploadRow key={upload.key} upload={upload} uploads={uploads} />
        ))}
      </ul>
    </section>
  );
}

function UploadRow({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { name, bytes, state, sentBytes, trouble, error } = upload;
  const ended = state === "done" || state === "refused";
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="truncate font-medium">{name}</span>
          <span className="text-xs whitespace-nowrap text-muted tabular-nums">{progressText(upload)}</span>
        </div>
        {!ended && <ProgressBar name={`Upload of ${name}`} fraction={bytes === 0 ? 0 : sentBytes / bytes} />}
        {trouble && <p className="text-muted">{trouble} It goes on by itself once it can.</p>}
        {state === "interrupted" && <ChooseAgain upload={upload} uploads={uploads} />}
        {error && (
          <p role="alert" className="text-bad">
            {error}
          </p>
        )}
      </div>
      {state === "done" && upload.imageId && (
        <Link href={`/images/${upload.imageId}`} className="font-medium text-accent hover:underline">
          Open
        </Link>
      )}
      <RowButtons upload={upload} uploads={uploads} />
    </li>
  );
}

function RowButtons({ upload: { key, name, state }, uploads }: { upload: Upload; uploads: Uploads }) {
  const ended = state === "done" || state === "refused";
  return (
    <>
      {(state === "sending" || state === "waiting") && (
        <IconButton name={`Pause ${name}`} icon={<Pause size={15} />} onClick={() => uploads.pause(key)} />
      )}
      {state === "paused" && (
        <IconButton name={`Go on with ${name}`} icon={<Play size={15} />} onClick={() => uploads.resume(key)} />
      )}
      {state === "refused" && (
        <IconButton name={`Try ${name} again`} icon={<RotateCw size={15} />} onClick={() => uploads.resume(key)} />
      )}
      <IconButton
        name={ended ? `Dismiss ${name}` : `Cancel ${name}`}
        icon={<X size={15} />}
        onClick={() => (ended ? uploads.dismiss(key) : void uploads.cancel(key))}
      />
    </>
  );
}

/** A page that was loaded anew has no file any more: a browser gives it only by the person's hand. */
function ChooseAgain({ upload: { key, name }, uploads }: { upload: Upload; uploads: Uploads }) {
  return (
    <p className="text-muted">
      A reloaded page may not read your file by itself.{" "}
      <label className="cursor-pointer font-medium text-accent focus-within:underline hover:underline">
        Choose it again
        <input
          type="file"
          aria-label={`Choose ${name} again`}
          className="sr-only"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) uploads.goOnWith(key, file);
            event.target.value = "";
          }}
        />
      </label>{" "}
      to go on where it stopped, or drop it anywhere here.
    </p>
  );
}

function progressText({ state, bytes, sentBytes, bytesPerSecond }: Upload): string {
  switch (state) {
    case "waiting":
      return `${formatBytes(bytes)} · waiting`;
    case "sending": {
      const speed = bytesPerSecond === null ? "" : ` · ${formatBytes(bytesPerSecond)}/s`;
      const left = bytesPerSecond ? ` · ${formatSeconds((bytes - sentBytes) / bytesPerSecond)} left` : "";
      return `${formatBytes(sentBytes)} of ${formatBytes(bytes)}${speed}${left}`;
    }
    case "paused":
      return `${formatBytes(sentBytes)} of ${formatBytes(bytes)} · paused`;
    case "interrupted":
      return `${formatBytes(sentBytes)} of ${formatBytes(bytes)} · interrupted`;
    case "checking":
      return "sent · being checked";
    case "done":
      return `${formatBytes(bytes)} · in the library`;
    case "refused":
      return "refused";
  }
}
