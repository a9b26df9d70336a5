import type { Metadata } from "next";
import { RunsPage } from "#components/operations/runs-page.tsx";
import { requirePrincipal } from "../require-principal.ts";

export const metadata: Metadata = { title: "Runs" };

export default async function Page() {
  const { actor, role } = await requirePrincipal();
  return <RunsPage viewer={{ actor, role }} />;
}
