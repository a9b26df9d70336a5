import { connect, type Socket } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");

/** One connection that asks for one thing after the other. */
export type RawClient = { ask(path: string): Promise<void>; close(): void };

/**
 * Opens a connection that does no more than count the bytes of its answers: Node's own client takes longer for a tile than the server
 * that is measured. An answer that is no picture, or does not say its length, is thrown, without what was sent.
 */
export async function openRawClient(origin: string, authorization: string | null): Promise<RawClient> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.setNoDelay(true);
  const lines = [`Host: ${hostname}:${port}`, ...(authorization === null ? [] : [`Authorization: ${authorization}`])];
  return {
    ask(path) {
      const answered = answerOn(socket);
      socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      return answered;
    },
    close: () => void socket.destroy(),
  };
}

function answerOn(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    let missing: number | null = null;
    const end = (error: Error | null): void => {
      socket.off("data", onData).off("close", onClose);
      if (error) reject(error);
      else resolve();
    };
    const onClose = (): void => end(new Error("the connection broke"));
    const onData = (chunk: Buffer): void => {
      if (missing === null) {
        head = Buffer.concat([head, chunk]);
        const at = head.indexOf(HEAD_END);
        if (at < 0) return;
        const text = head.toString("latin1", 0, at);
        const length = /\ncontent-length: *(\d+)/i.exec(text)?.[1];
        if (!/^HTTP\/1\.1 200 /.test(text) || !/\ncontent-type: *image\//i.test(text) || length === undefined) {
          end(new Error(`a tile was answered with ${text.split("\r\n")[0]}`));
          return;
        }
        missing = Number(length) - (head.length - at - HEAD_END.length);
      } else missing -= chunk.length;
      if (missing <= 0) end(null);
    };
    socket.on("data", onData).on("close", onClose);
  });
}
