import { type ChildProcess, spawn } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PROGRAM = "/usr/lib/iipimage-server/iipsrv.fcgi";
/** One process a core: each serves one request at a time. */
const PROCESSES = 2;
const START_MS = 10_000;

/** iipsrv behind lighttpd, both as Debian ships them. */
export type Iipsrv = {
  origin: string;
  tilePath(file: string, level: number, index: number): string;
  stop(): Promise<void>;
};

/** What is missing of `iipimage-server`, `lighttpd` and `wrk`: names of Debian packages. */
export async function missingPackages(): Promise<string[]> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  const has = async (files: string[]): Promise<boolean> =>
    (
      await Promise.all(
        files.map((file) =>
          access(file).then(
            () => true,
            () => false,
          ),
        ),
      )
    ).includes(true);
  const wanted: [name: string, files: string[]][] = [
    ["iipimage-server", [PROGRAM]],
    ["lighttpd", folders.map((folder) => join(folder, "lighttpd"))],
    ["wrk", folders.map((folder) => join(folder, "wrk"))],
  ];
  const found = await Promise.all(wanted.map(async ([name, files]) => ((await has(files)) ? [] : [name])));
  return found.flat();
}

/**
 * Starts iipsrv for files below `folder`. Its processes are started by us and not by lighttpd, whose end they would outlive.
 */
export async function startIipsrv(folder: string, scratch: string): Promise<Iipsrv> {
  const ports = await Promise.all(Array.from({ length: PROCESSES }, freePort));
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
  };
  try {
    for (const port of ports) {
      const env = {
        NODE_ENV: "production" as const,
        VERBOSITY: "0",
        LOGFILE: join(scratch, "iipsrv.log"),
        FILESYSTEM_PREFIX: `${folder}/`,
      };
      children.push(spawn(PROGRAM, ["--bind", `127.0.0.1:${port}`, "--backlog", "128"], { env, stdio: "ignore" }));
    }
    const port = await freePort();
    const configuration = join(scratch, "lighttpd.conf");
    await writeFile(configuration, lighttpdConfiguration(scratch, port, ports));
    const path = `${process.env["PATH"]}${delimiter}/usr/sbin`;
    children.push(
      spawn("lighttpd", ["-D", "-f", configuration], { env: { NODE_ENV: "production", PATH: path }, stdio: "ignore" }),
    );
    await Promise.all([port, ...ports].map(listening));
    const tilePath = (file: string, level: number, index: number): string =>
      `/iipsrv.fcgi?FIF=${file}&JTL=${level},${index}`;
    return { origin: `http://127.0.0.1:${port}`, tilePath, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function lighttpdConfiguration(scratch: string, port: number, backends: readonly number[]): string {
  const hosts = backends.map((each) => `("host" => "127.0.0.1", "port" => ${each}, "check-local" => "disable")`);
  return [
    'server.modules = ("mod_fastcgi")',
    'server.bind = "127.0.0.1"',
    `server.port = ${port}`,
    `server.document-root = "${scratch}"`,
    "server.max-keep-alive-requests = 1000000",
    `fastcgi.server = ("/iipsrv.fcgi" => (${hosts.join(", ")}))`,
    "",
  ].join("\n");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}

async function listening(port: number): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until; await sleep(50)) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
  }
  throw new Error("iipsrv or lighttpd did not start");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
}
