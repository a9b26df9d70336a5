"use client";

import { Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { type Role, roleAllows } from "#lib/core/access/role.ts";
import type { ExportJob } from "#lib/core/api/exports.ts";
import { exportFormat, listExports, removeExport } from "../api/transfers.ts";
import { formatBytes, formatInstant, plural } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { tryTo } from "../ui/try-to.ts";

const POLL_MS = 1000;

/**
 * The exports of what is at `subject` (`/api/v1/images/ID`) that are kept as files, or are being written. Read anew while some are, and when
 * `asked` rises.
 */
export function KeptExports({ subject, asked, role }: { subject: string; asked: number; role: Role }) {
  const [jobs, setJobs] = useState<readonly ExportJob[]>([]);
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round or wish reads again
  useEffect(() => {
    const leave = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    listExports(subject, leave.signal).then(
      (read) => {
        setJobs(read);
        const isBusy = read.some(({ state }) => state === "queued" || state === "running");
        if (isBusy) timer = setTimeout(() => setRound((before) => before + 1), POLL_MS);
      },
      () => {
        if (!leave.signal.aborted) timer = setTimeout(() => setRound((before) => before + 1), 5 * POLL_MS);
      },
    );
    return () => {
      leave.abort();
      clearTimeout(timer);
    };
  }, [subject, asked, round]);

  if (jobs.length === 0) return null;
  return (
    <section aria-label="Kept exports" className="border-t border-line pt-3">
      <h3 className="mb-2 font-semibold">Kept as files</h3>
      <ul className="flex flex-col gap-2">
        {jobs.map((job) => (
          <li key={job.id} className="flex items-center gap-2">
            <div className="min-w-0 flex-1">
              <JobLine job={job} />
            </div>
            {roleAllows(role, "reviewer") && (
              <IconButton
                name={`Remove the ${nameOf(job)} export`}
                icon={<Trash2 size={15} aria-hidden />}
                onClick={() =>
                  void tryTo("The export could not be removed", async () => {
                    await removeExport(job.id);
                    setRound((before) => before + 1);
                  })
                }
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const nameOf = (job: ExportJob): string => exportFormat(job.format)?.name ?? job.format;

function JobLine({ job }: { job: ExportJob }) {
  if (job.state === "failed") {
    return (
      <p className="text-bad">
        {nameOf(job)}: {job.error}
      </p>
    );
  }
  if (job.path === null) {
    const fraction = job.total === null ? null : job.total === 0 ? 1 : job.written / job.total;
    return (
      <div className="flex flex-col gap-1">
        <span>
          {nameOf(job)}: {job.state === "queued" ? "waits" : `${plural(job.written, "finding")} written`}
        </span>
        <ProgressBar name={`Export as ${nameOf(job)}`} fraction={fraction} />
      </div>
    );
  }
  return (
    <p className="truncate">
      <a href={job.path} download className="font-medium text-accent hover:underline">
        {job.fileName}
      </a>
      <span className="text-muted">
        {" "}
        {plural(job.total ?? 0, "finding")}, {formatBytes(job.bytes ?? 0)}, until {formatInstant(job.expiresAt)}
      </span>
    </p>
  );
}
