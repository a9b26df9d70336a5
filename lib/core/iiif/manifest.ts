export const PRESENTATION_CONTEXT = "http://iiif.io/api/presentation/3/context.json";

/** A page of a manifest: its picture's address in the IIIF Image API, its size, and where its findings are, if they may be seen. */
export type ManifestPage = { service: string; width: number; height: number; annotations: string | null };

/** The address of a page as a canvas, which annotations are about. */
export const canvasOf = (service: string): string => `${service}/canvas`;

/** A manifest (IIIF Presentation API 3.0): each page is a canvas of the picture's own pixels, painted by the Image API. */
export function manifest(options: {
  id: string;
  label: string;
  pages: readonly ManifestPage[];
}): Record<string, unknown> {
  const { id, label, pages } = options;
  return {
    "@context": PRESENTATION_CONTEXT,
    id,
    type: "Manifest",
    label: { none: [label] },
    items: pages.map((page, index) => canvas(page, pages.length > 1 ? `${label}, ${index + 1}` : label)),
  };
}

/** Pixels of the longer side of the picture that stands for a canvas. */
const PREVIEW = 1024;

/** Never larger than the page itself, which the Image API would refuse. */
function previewWidth(width: number, height: number): number {
  return Math.max(1, Math.round(width * Math.min(1, PREVIEW / Math.max(width, height))));
}

function canvas({ service, width, height, annotations }: ManifestPage, label: string): Record<string, unknown> {
  const id = canvasOf(service);
  return {
    id,
    type: "Canvas",
    label: { none: [label] },
    ...{ width, height },
    items: [
      {
        id: `${id}/page`,
        type: "AnnotationPage",
        items: [
          {
            id: `${id}/painting`,
            type: "Annotation",
            motivation: "painting",
            body: {
              id: `${service}/full/${previewWidth(width, height)},/0/default.jpg`,
              type: "Image",
              format: "image/jpeg",
              ...{ width, height },
              service: [{ id: service, type: "ImageService3", profile: "level2" }],
            },
            target: id,
          },
        ],
      },
    ],
    ...(annotations === null ? {} : { annotations: [{ id: annotations, type: "AnnotationPage" }] }),
  };
}
