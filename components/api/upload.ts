import { type Image, imageSchema } from "#lib/core/detection/image.ts";
import { ApiProblem, problemFrom, query, Unreachable } from "./http.ts";

/** Sends a file's bytes as an image. `onProgress` gets bytes sent. Aborting `signal` ends it; a refusal throws `ApiProblem`. */
export function uploadImage(file: File, onProgress: (sentBytes: number) => void, signal: AbortSignal): Promise<Image> {
  return new Promise((resolve, reject) => {
    // Fetch cannot report how much of a body has left; XMLHttpRequest can.
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/images${query({ name: file.name })}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("accept", "application/json");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status < 200 || request.status > 299) {
        reject(problemFrom(request.status, request.responseText));
        return;
      }
      const parsed = imageSchema.safeParse(JSON.parse(request.responseText));
      if (parsed.success) resolve(parsed.data);
      else reject(new ApiProblem(request.status, "unknown", "The server's answer could not be read. Reload the page."));
    });
    request.addEventListener("error", () => reject(new Unreachable(null)));
    request.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
