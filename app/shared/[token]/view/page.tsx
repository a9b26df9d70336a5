import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { SharedViewPage } from "#components/report/shared-view-page.tsx";
import { readSharedView } from "#lib/server/links/shared-view.ts";
import { foundOrNull } from "../found-or-null.ts";

export const metadata: Metadata = { title: "View", robots: { index: false, follow: false } };

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  const shared = await foundOrNull(readSharedView((await params).token));
  if (!shared) notFound();
  return <SharedViewPage {...shared} />;
}
