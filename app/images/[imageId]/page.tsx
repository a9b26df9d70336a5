import { notFound } from "next/navigation";
import { z } from "zod";
import { ImagePage } from "#components/workspace/image-page.tsx";
import { readImage } from "#lib/server/images/read-image.ts";
import { requirePrincipal } from "../../require-principal.ts";

export default async function Page({ params }: { params: Promise<{ imageId: string }> }) {
  const { actor, role } = await requirePrincipal();
  const imageId = z.uuid().safeParse((await params).imageId);
  if (!imageId.success) notFound();
  // With the page, not after it. Where it cannot be read, the page asks again by itself and says why.
  const initial = await readImage(imageId.data).catch(() => null);
  return <ImagePage key={imageId.data} imageId={imageId.data} initial={initial} viewer={{ actor, role }} />;
}
