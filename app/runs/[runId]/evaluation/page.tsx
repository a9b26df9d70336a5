import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { readEvaluationAddress } from "#components/evaluate/evaluation-address.ts";
import { EvaluationPage } from "#components/evaluate/evaluation-page.tsx";
import { requirePrincipal } from "../../../require-principal.ts";

export const metadata: Metadata = { title: "Evaluation" };

type Search = Record<string, string | string[] | undefined>;

export default async function Page({
  params,
  searchParams,
}: {
  params: Promise<{ runId: string }>;
  searchParams: Promise<Search>;
}) {
  const { actor, role } = await requirePrincipal();
  const runId = z.uuid().safeParse((await params).runId);
  if (!runId.success) notFound();
  const search = Object.entries(await searchParams).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  const start = readEvaluationAddress(new URLSearchParams(search));
  return <EvaluationPage key={runId.data} runId={runId.data} viewer={{ actor, role }} start={start} />;
}
