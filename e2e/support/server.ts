import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";

const ROOT = join(import.meta.dirname, "..", "..");
export const TESSERA = join(ROOT, "bin", "tessera");
const START_TIMEOUT_MS = 180_000;
/** Where every command is called from: people call them from where their pictures are, not from the checkout. */
const ELSEWHERE = tmpdir();

export type Api = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  /** Any request, with the token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
};

/** What a test asks of an uploaded image. */
type UploadedImage = {
  id: string;
  state: string;
  moderation: { verdict: string; reason: string | null } | null;
};

/** A server of the product under test, started by its own command line, in a process group of its own. */
export type RunningServer = {
  url: string;
  /** The owner's one-time link. */
  signInLink: string;
  dataDir: string;
  process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** The HTTP API with a new token of a role. */
  api(role: string): Promise<Api>;
  /** Uploads a picture and waits until it is no longer being ingested. */
  upload(name: string, bytes: Uint8Array): Promise<UploadedImage>;
  /** Stops it in order. */
  stop(): Promise<void>;
};

/** Environment of a process under test: nothing of the tester's own configuration leaks in. */
export function environmentFor(dataDir: string, env: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env;
  return { NODE_ENV: "production", PATH, HOME, LANG, TESSERA_DATA_DIR: dataDir, ...env };
}

/** Runs one command of the command line. Never throws for its exit code. */
export async function tessera(
  dataDir: string,
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(TESSERA, args, { cwd: ELSEWHERE, env: environmentFor(dataDir, options.env ?? {}) });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number>((resolve) => child.once("close", (value) => resolve(value ?? -1)));
  return { code, stdout, stderr };
}

/** Starts the server and waits until it is ready. Throws with its output where it ends instead. */
export async function startServer(options: {
  dataDir: string;
  env?: Record<string, string>;
  args?: readonly string[];
}): Promise<RunningServer> {
  const { dataDir, env = {}, args = ["--port", "0"] } = options;
  await mkdir(dataDir, { recursive: true });
  // Postgres runs under another account where the tests run as root: it must be able to pass.
  await chmod(dataDir, 0o755);
  const child = spawn(TESSERA, ["serve", ...args], {
    cwd: ELSEWHERE,
    env: environmentFor(dataDir, env),
    detached: true,
  });
  let output = "";
  const grown = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
      for (const notify of grown) notify();
    });
  }
  const ready = await new Promise<RegExpExecArray>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the server ${why}:\n${output}`));
    const timer = setTimeout(() => fail("did not get ready"), START_TIMEOUT_MS);
    child.once("close", (code) => fail(`ended with ${code}`));
    grown.add(() => {
      const match = /ready at (\S+)[\s\S]*by this link: (\S+)/.exec(output);
      if (!match) return;
      clearTimeout(timer);
      resolve(match);
    });
  });
  const [, url = "", signInLink = ""] = ready;
  const api = (role: string): Promise<Api> => openApi({ dataDir, env, url }, role);
  return {
    url,
    signInLink,
    dataDir,
    process: child,
    output: () => output,
    api,
    upload: async (name, bytes) => upload(await api("operator"), name, bytes),
    stop: () => end(child, "SIGTERM"),
  };
}

/** Starts a process that only works, beside a server or alone on its data folder, and waits until it does. */
export async function startWorkers(options: { dataDir: string; env?: Record<string, string> }): Promise<ChildProcess> {
  const child = spawn(TESSERA, ["serve", "--workers"], {
    cwd: ELSEWHERE,
    env: environmentFor(options.dataDir, options.env ?? {}),
    detached: true,
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.once("close", (code) => reject(new Error(`the workers ended with ${code}:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += String(chunk);
        if (output.includes("without a web")) resolve();
      });
    }
  });
  return child;
}

/** Ends a process that `startWorkers` started. */
export async function endWorkers(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  await end(child, signal);
}

type Served = { dataDir: string; env: Record<string, string>; url: string };

async function openApi({ dataDir, env, url }: Served, role: string): Promise<Api> {
  const { stdout, stderr } = await tessera(dataDir, ["token", "create", "--role", role, "--json"], { env });
  if (!stdout) throw new Error(`no token was made: ${stderr}`);
  const { token } = JSON.parse(stdout);
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  const read = async (response: Response) => {
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${response.url}: ${text}`);
    return JSON.parse(text);
  };
  return {
    fetch: call,
    get: async (path) => read(await call(path)),
    post: async (path, body) => {
      const headers = { "content-type": "application/json" };
      return read(await call(path, { method: "POST", headers, body: JSON.stringify(body) }));
    },
  };
}

async function upload(api: Api, name: string, bytes: Uint8Array): Promise<UploadedImage> {
  const body = new Blob([Buffer.from(bytes)]);
  const response = await api.fetch(`/api/v1/images?name=${encodeURIComponent(name)}`, { method: "POST", body });
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`);
  const { id } = JSON.parse(await response.text());
  for (let tries = 0; tries < 1800; tries += 1) {
    const image = await api.get<UploadedImage>(`/api/v1/images/${id}`);
    if (image.state !== "ingesting" && image.state !== "uploading") return image;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} was not ingested in three minutes`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  await closed;
}

/** `kill -9` to the server alone: its embedded Postgres stays behind. */
export async function killServer(server: RunningServer): Promise<void> {
  await end(server.process, "SIGKILL");
}

async function postgresPid(dataDir: string): Promise<number> {
  return JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8")).pid;
}

/** Processes whose parent is `pid`, from /proc: a bare machine has no `ps`. */
async function childrenOf(pid: number): Promise<number[]> {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    all.map(async (name) => {
      const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
      return { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) };
    }),
  );
  return parents.filter(({ parent }) => parent === pid).map((process) => process.pid);
}

/** `kill -9` to the server and to every process of its Postgres, at once. */
export async function killAll(server: RunningServer): Promise<void> {
  const closed = new Promise((resolve) => server.process.once("close", resolve));
  server.process.kill("SIGKILL");
  await killPostgres(server.dataDir);
  await closed;
}

/** `kill -9` to every process of the embedded Postgres of a data folder. */
export async function killPostgres(dataDir: string): Promise<void> {
  const postmaster = await postgresPid(dataDir);
  for (const pid of [postmaster, ...(await childrenOf(postmaster))]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has gone with the others already.
    }
  }
}

/** Has the embedded Postgres of a data folder stop in order: sessions end, everything is on disk. */
export async function stopPostgres(dataDir: string): Promise<void> {
  process.kill(await postgresPid(dataDir), "SIGINT");
}

/** A connection to the embedded database of a data folder. */
export async function connectTo(dataDir: string): Promise<Client> {
  const { port, password } = JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8"));
  const client = new Client({ connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
