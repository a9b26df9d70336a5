import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { log } from "#lib/server/log/log.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An open port. Until `answerWith` is called everyone is told to come back in a moment. */
export type Listener = { port: number; server: Server; answerWith(answer: Answer): void; close(): Promise<void> };

/** What is being answered when the port closes has this long to end; event streams never do by themselves. */
const CLOSE_GRACE_MS = 500;

function comeBack(response: ServerResponse): void {
  response.writeHead(503, { "retry-after": "2" }).end();
}

/** Opens a port; 0 takes a free one. Throws `configuration` where it is taken or not ours to open. */
export async function openListener(
  host: string,
  wanted: number,
  remedy = "choose another with --port, or stop what uses it",
): Promise<Listener> {
  // A large upload takes as long as it takes; headers are still wanted within a minute.
  const server = createServer({ requestTimeout: 0 });
  let answer: Answer | null = null;
  server.on("request", (request, response) => {
    if (!answer) return comeBack(response);
    answer(request, response).catch((error: unknown) => {
      log().error({ err: error, method: request.method, path: request.url?.split("?")[0] }, "no answer");
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const port = await listen(server, host, wanted, remedy);
  return {
    port,
    server,
    answerWith: (handler) => {
      answer = handler;
    },
    close: () => close(server),
  };
}

async function listen(server: Server, host: string, port: number, remedy: string): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : messageOf(cause);
    const why = code === "EADDRINUSE" ? `port ${port} is taken` : `${host}:${port} cannot be listened on (${code})`;
    throw new TesseraError("configuration", why, { remedy, cause });
  }
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  const hurry = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(hurry);
}
