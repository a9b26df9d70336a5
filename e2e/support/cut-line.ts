import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";

/** A line to a server on this machine that can be cut, as a network goes away, and come back. */
export type CutLine = { url: string; cut(): Promise<void>; mend(): Promise<void> };

/** Opens a line to a port: all that is sent to it goes there and back, as it is. */
export async function openLine(port: number): Promise<CutLine> {
  const open = new Set<Socket>();
  const line = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      // A side that breaks off takes the other one with it.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const listen = (at: number): Promise<void> => new Promise((resolve) => line.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const { port: own } = line.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    async cut() {
      const closed = new Promise<void>((resolve) => line.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
    mend: () => listen(own),
  };
}
