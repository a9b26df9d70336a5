import type { Metadata } from "next";
import { LibraryPage } from "#components/library/library-page.tsx";
import { environment } from "#lib/config/env.ts";
import { requirePrincipal } from "../require-principal.ts";

export const metadata: Metadata = { title: "Library" };

export default async function Page() {
  const { actor, role } = await requirePrincipal();
  return <LibraryPage viewer={{ actor, role }} hasImportFolder={environment().importDir !== undefined} />;
}
