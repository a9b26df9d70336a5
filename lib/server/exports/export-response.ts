import type { Export } from "./export-findings.ts";

/** Sends an export as a download, as fast as its reader reads; closed when the reader leaves. */
export function exportResponse(exported: Export): Response {
  const iterator = exported.pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
      } catch (error) {
        await exported.close();
        controller.error(error);
      }
    },
    async cancel() {
      await iterator.return?.();
      await exported.close();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": exported.mediaType,
      "content-disposition": disposition(exported.fileName),
      "cache-control": "no-store",
    },
  });
}

/** RFC 6266: a plain name for all, and the true one in UTF-8. */
export function disposition(fileName: string): string {
  const plain = fileName.normalize("NFKD").replace(/[^\w.() -]/g, "_");
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
