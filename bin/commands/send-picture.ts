import type { IncomingMessage, ServerResponse } from "node:http";
import { SECURITY_HEADERS } from "#lib/config/security-headers.ts";
import { answerPicture } from "#lib/server/pictures/answer-picture.ts";

/** Answers a request for a picture; false where it is for something else, and nothing was sent. */
export function sendPicture(request: IncomingMessage, response: ServerResponse): Promise<void> | false {
  const url = request.url ?? "/";
  const end = url.indexOf("?");
  const { headers } = request;
  let signal: AbortSignal | null = null;
  const answer = answerPicture({
    method: request.method ?? "GET",
    path: end < 0 ? url : url.slice(0, end),
    query: new URLSearchParams(end < 0 ? "" : url.slice(end)),
    headers: {
      get: (name) => {
        const value = headers[name];
        return typeof value === "string" ? value : null;
      },
    },
    // Made where it is looked at: most pictures are sent before anybody could leave.
    get signal() {
      signal ??= leaving(response);
      return signal;
    },
  });
  return answer !== null && send(answer, response);
}

/** Fires when the connection closes before the answer is out. */
function leaving(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    if (!response.writableFinished) controller.abort();
  };
  if (response.closed) abort();
  else response.once("close", abort);
  return controller.signal;
}

async function send(answer: NonNullable<ReturnType<typeof answerPicture>>, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answer;
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers });
  response.end(body ?? undefined);
}
