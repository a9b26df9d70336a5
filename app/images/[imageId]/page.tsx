import { notFound } from "next/navigation";
import { z } from "zod";
import { ImagePage } from "#components/workspace/image-page.tsx";
import { requirePrincipal } from "../../require-principal.ts";

export default async function Page({ params }: { params: Promise<{ imageId: string }> }) {
  const { actor, role } = await requirePrincipal();
  const imageId = z.uuid().safeParse((await params).imageId);
  if (!imageId.success) notFound();
  return <ImagePage key={imageId.data} imageId={imageId.data} viewer={{ actor, role }} />;
}
