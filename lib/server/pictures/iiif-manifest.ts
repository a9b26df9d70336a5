import { createHash } from "node:crypto";
import { z } from "zod";
import { pool } from "#db/client.ts";
import { findingsAfter } from "#db/queries/findings-export.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { toAnnotation } from "#lib/core/formats/w3c.ts";
import { canvasOf, manifest, PRESENTATION_CONTEXT } from "#lib/core/iiif/manifest.ts";
import { parseQuery } from "../access/parse-request.ts";
import { presentFinding } from "../findings/present-finding.ts";
import type { Named } from "./iiif.ts";
import { answerWithPicture, type PictureAnswer, type PictureRequest } from "./picture.ts";
import { publicOrigin } from "./public-origin.ts";
import { shownImage } from "./shown-image.ts";

const LD_JSON = `application/ld+json;profile="${PRESENTATION_CONTEXT}"`;

/** Findings of one page of annotations; the next is named in it. */
const PAGE_OF_FINDINGS = 5000;

/** The manifest of an image: all its pages, and where their findings are for those who may see them. */
export async function answerManifest(request: PictureRequest, named: Named): Promise<PictureAnswer> {
  const { pages, name } = await shownImage(named.imageId);
  const base = `${publicOrigin(request.headers)}/iiif/3/${named.name}`;
  return answerDocument(
    request,
    manifest({
      id: `${base}/manifest.json`,
      label: name,
      pages: pages.map(({ width, height }, page) => {
        const service = `${base}~${page}`;
        return { service, width, height, annotations: named.findings ? `${service}/annotations.json` : null };
      }),
    }),
  );
}

const annotationsQuery = z.object({ after: z.uuid().optional() });

/**
 * The findings of a page but for rejected ones, as Web Annotations of its canvas, some thousands at a time in order of their ids.
 * Throws `not-found` for those who may see the picture alone.
 */
export async function answerAnnotations(request: PictureRequest, named: Named): Promise<PictureAnswer> {
  const { pages } = await shownImage(named.imageId);
  if (!named.findings || !pages[named.page]) throw new TesseraError("not-found", "there are no findings to see here");
  const { after } = parseQuery(annotationsQuery, request.query);
  const filter = { imageId: named.imageId, page: named.page, notReview: "rejected" };
  const rows = await findingsAfter(pool(), filter, after ?? null, PAGE_OF_FINDINGS + 1);
  const service = `${publicOrigin(request.headers)}/iiif/3/${named.name}~${named.page}`;
  const shown = rows.slice(0, PAGE_OF_FINDINGS).map(presentFinding);
  const last = rows.length > PAGE_OF_FINDINGS ? shown.at(-1) : undefined;
  const address = `${service}/annotations.json`;
  return answerDocument(request, {
    "@context": PRESENTATION_CONTEXT,
    id: after === undefined ? address : `${address}?after=${after}`,
    type: "AnnotationPage",
    items: shown.map((finding) => toAnnotation({ ...finding, page: 0 }, canvasOf(service), "")),
    ...(last === undefined ? {} : { next: `${address}?after=${last.id}` }),
  });
}

async function answerDocument(request: PictureRequest, document: Record<string, unknown>): Promise<PictureAnswer> {
  const body = Buffer.from(JSON.stringify(document));
  const answer = await answerWithPicture(request, {
    mediaType: LD_JSON,
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    byteLength: body.byteLength,
    read: async () => body,
  });
  // Asked for anew each time: what is found and decided changes, and links end.
  return { ...answer, headers: { ...answer.headers, "cache-control": "private, no-cache" } };
}
