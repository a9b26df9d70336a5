import { z } from "zod";

const answerSchema = z.union([z.object({ sha256: z.string() }), z.object({ error: z.string() })]);

/** SHA-256 of a file in hexadecimal, counted in a worker. Aborting ends it; a file that changed or went away meanwhile is thrown. */
export function hashFile(file: File, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module" });
    const end = (): void => {
      worker.terminate();
      signal.removeEventListener("abort", onAbort);
    };
    const onAbort = (): void => {
      end();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort);
    worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      end();
      const answer = answerSchema.parse(data);
      if ("sha256" in answer) resolve(answer.sha256);
      else reject(new Error(`${file.name} can no longer be read: ${answer.error}`));
    });
    worker.addEventListener("error", (event) => {
      end();
      reject(new Error(`${file.name} could not be hashed: ${event.message}`));
    });
    worker.postMessage(file);
  });
}
