"use client";

import { RotateCw, X } from "lucide-react";
import Link from "next/link";
import { formatSeconds } from "#lib/core/quantities.ts";
import { useStore } from "../state/store.ts";
import { formatBytes } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import type { Upload, Uploads } from "./uploads.ts";

/** Files on their way, each with its progress, what to do about it, and why where it was refused. */
export function UploadTray({ uploads }: { uploads: Uploads }) {
  const list = useStore(uploads.store, (value) => value);
  if (list.length === 0) return null;
  return (
    <section aria-label="Uploads" className="mb-6 overflow-hidden rounded-lg border border-line bg-panel">
      <ul className="divide-y divide-line">
        {list.map((upload) => (
          <UploadRow key={upload.key} upload={upload} uploads={uploads} />
        ))}
      </ul>
    </section>
  );
}

function UploadRow({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { file, state } = upload;
  const active = state === "sending" || state === "storing" || state === "waiting";
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="truncate font-medium">{file.name}</span>
          <span className="text-xs whitespace-nowrap text-muted tabular-nums">{progressText(upload)}</span>
        </div>
        {active && (
          <ProgressBar name={`Upload of ${file.name}`} fraction={file.size === 0 ? 0 : upload.sentBytes / file.size} />
        )}
        {upload.error && (
          <p role="alert" className="text-bad">
            {upload.error}
          </p>
        )}
      </div>
      {state === "done" && upload.imageId && (
        <Link href={`/images/${upload.imageId}`} className="font-medium text-accent hover:underline">
          Open
        </Link>
      )}
      {(state === "refused" || state === "cancelled") && (
        <IconButton
          name={`Try ${file.name} again`}
          icon={<RotateCw size={15} />}
          onClick={() => uploads.retry(upload.key)}
        />
      )}
      <IconButton
        name={active ? `Cancel ${file.name}` : `Dismiss ${file.name}`}
        icon={<X size={15} />}
        onClick={() => (active ? uploads.cancel(upload.key) : uploads.dismiss(upload.key))}
      />
    </li>
  );
}

function progressText({ state, file, sentBytes, bytesPerSecond }: Upload): string {
  switch (state) {
    case "waiting":
      return `${formatBytes(file.size)} · waiting`;
    case "sending": {
      const speed = bytesPerSecond === null ? "" : ` · ${formatBytes(bytesPerSecond)}/s`;
      const left = bytesPerSecond === null ? "" : ` · ${formatSeconds((file.size - sentBytes) / bytesPerSecond)} left`;
      return `${formatBytes(sentBytes)} of ${formatBytes(file.size)}${speed}${left}`;
    }
    case "storing":
      return "sent · being checked";
    case "done":
      return `${formatBytes(file.size)} · in the library`;
    case "refused":
      return "refused";
    case "cancelled":
      return "cancelled";
  }
}
