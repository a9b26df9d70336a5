import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { OperationsPage } from "#components/operations/operations-page.tsx";
import { requirePrincipal } from "../../require-principal.ts";

export const metadata: Metadata = { title: "Run" };

export default async function Page({ params }: { params: Promise<{ runId: string }> }) {
  const { actor, role } = await requirePrincipal();
  const runId = z.uuid().safeParse((await params).runId);
  if (!runId.success) notFound();
  return <OperationsPage key={runId.data} runId={runId.data} viewer={{ actor, role }} />;
}
