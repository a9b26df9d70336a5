import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as release } from "#app/api/v1/images/[imageId]/release/route.ts";
import { DELETE, GET as getImage, PATCH } from "#app/api/v1/images/[imageId]/route.ts";
import { GET as listImages, POST as upload } from "#app/api/v1/images/route.ts";
import { GET as listFolder } from "#app/api/v1/import-folder/route.ts";
import { pool } from "#db/client.ts";
import { readAudit } from "#db/queries/audit.ts";
import { freshDatabase } from "#db/test-database.ts";
import type { Role } from "#lib/core/access/role.ts";
import { createToken } from "../access/tokens.ts";

const HERE = "http://127.0.0.1:3000/api/v1/images";
freshDatabase();
let folder: string;
const tokens = new Map<Role, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-images-"));
  await mkdir(join(folder, "import"));
  Object.assign(process.env, {
    TESSERA_DATA_DIR: folder,
    TESSERA_IMPORT_DIR: join(folder, "import"),
    TESSERA_MAX_UPLOAD_BYTES: "2000000",
  });
  for (const role of ["viewer", "operator", "owner"] as const) {
    tokens.set(role, (await createToken({ name: role, role }, "test")).token);
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const as = (role: Role) => ({ authorization: `Bearer ${tokens.get(role)}` });
const context = (params: Record<string, string> = {}) => ({ params: Promise.resolve(params) });

/** A PNG that no other call makes. */
async function picture(width: number, height = 20): Promise<Uint8Array<ArrayBuffer>> {
  const create = { width, height, channels: 3 as const, background: { r: width % 256, g: 80, b: 120 } };
  return new Uint8Array(await sharp({ create }).png().toBuffer());
}

/** Sends a body in small pieces, as a network does. */
function trickle(bytes: Uint8Array, failAfter = Number.POSITIVE_INFINITY): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= failAfter) controller.error(new Error("connection reset"));
      else if (offset >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(offset, offset + 100));
      offset += 100;
    },
  });
}

async function send(body: BodyInit, search = "", headers: Record<string, string> = {}) {
  const init = { method: "POST", body, duplex: "half", headers: { ...as("operator"), ...headers } };
  const response = await upload(new Request(`${HERE}${search}`, init), context());
  return { status: response.status, value: await response.json() };
}

async function blobs(): Promise<string[]> {
  const entries = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe("an upload", () => {
  it("streams in, is probed by content, and waits for its ingest", async () => {
    const { status, value } = await send(trickle(await picture(31)), "?name=../../field.tif");
    expect(status).toBe(201);
    expect(value).toMatchObject({
      name: "field.tif",
      format: "png",
      width: 31,
      height: 20,
      pages: 1,
      pageSizes: [{ width: 31, height: 20 }],
      state: "ingesting",
    });
    expect(value.sha256).toMatch(/^[0-9a-f]{64}$/);
    const { rows } = await pool().query("SELECT event FROM outbox WHERE image_id = $1", [value.id]);
    expect(rows).toMatchObject([{ event: { kind: "image", state: "ingesting" } }]);
  });

  it("of the same bytes is the same image, whatever the name, also by many at once", async () => {
    const bytes = await picture(32);
    const all = await Promise.all(Array.from({ length: 6 }, (_, index) => send(trickle(bytes), `?name=${index}.png`)));
    expect(new Set(all.map(({ value }) => value.id)).size).toBe(1);
    expect((await send(bytes)).value.id).toBe(all[0]?.value.id);
    expect((await blobs()).filter((name) => name === all[0]?.value.sha256)).toHaveLength(1);
  });

  it("by a form takes the file of the form", async () => {
    const form = new FormData();
    form.set("note", "x");
    form.set("file", new File([await picture(33)], "gå.png"));
    expect(await send(form)).toMatchObject({ status: 201, value: { name: "gå.png", width: 33 } });
    const empty = new FormData();
    empty.set("note", "x");
    expect(await send(empty)).toMatchObject({ status: 400, value: { detail: "the form holds no file" } });
  });

  it("that is no picture is refused in a sentence, and nothing of it stays", async () => {
    const before = await blobs();
    const refused = await send(new TextEncoder().encode("hello, I am not a picture"), "?name=photo.jpg");
    expect(refused).toMatchObject({ status: 422, value: { code: "unsupported-image" } });
    expect(refused.value.detail).not.toContain("\n");
    expect(await send(new Uint8Array(0))).toMatchObject({
      status: expect.toSatisfy((status) => status >= 400 && status < 500),
    });
    expect(await blobs()).toEqual(before);
  });

  it("that is too large is refused, told or not, in whatever form", async () => {
    const before = await blobs();
    const large = new Uint8Array(2_000_001);
    expect(await send(large, "", { "content-length": "2000001" })).toMatchObject({ status: 413 });
    expect(await send(trickle(large))).toMatchObject({ status: 413 });
    const form = new FormData();
    form.set("file", new File([large], "large.png"));
    expect(await send(form)).toMatchObject({ status: 413 });
    expect(await blobs()).toEqual(before);
  });

  it("that breaks off leaves nothing", async () => {
    const before = await blobs();
    expect(await send(trickle(await picture(200, 200), 300))).toMatchObject({ status: 400 });
    const broken = await send("--b\r\ncontent-disposition: form-data; name=f; filename=a\r\n\r\nabc", "", {
      "content-type": "multipart/form-data; boundary=b",
    });
    expect(broken).toMatchObject({ status: 400 });
    expect(await blobs()).toEqual(before);
  });

  const take = (path: unknown) => send(JSON.stringify({ path }), "", { "content-type": "application/json" });

  it("from the import folder stays inside it", async () => {
    await writeFile(join(folder, "import", "in.png"), await picture(34));
    await writeFile(join(folder, "secret.png"), await picture(35));
    await symlink(join(folder, "secret.png"), join(folder, "import", "link.png"));
    await symlink(folder, join(folder, "import", "up"));
    expect(await take("in.png")).toMatchObject({ status: 201, value: { name: "in.png", width: 34 } });
    const outside = ["../secret.png", "link.png", "up/secret.png", "missing.png", ".", "in.png\0", "", 7];
    for (const path of outside) expect([path, (await take(path)).status]).toEqual([path, 422]);
  });

  it("from the import folder stays inside it while somebody changes links under its hands", async () => {
    const [inside, trap] = [join(folder, "import", "race.png"), join(folder, "import", "race.tmp")];
    const good = await picture(36);
    await writeFile(join(folder, "import", "good.png"), good);
    let swapping = true;
    const swap = async (): Promise<void> => {
      while (swapping) {
        for (const target of ["good.png", "../secret.png"]) {
          await rm(trap, { force: true });
          await symlink(target, trap);
          await rename(trap, inside);
        }
      }
    };
    const swapped = swap();
    const answers = await Promise.all(Array.from({ length: 60 }, () => take("race.png")));
    swapping = false;
    await swapped;
    for (const { status, value } of answers) {
      if (status === 201) expect(value.sha256).toBe(createHash("sha256").update(good).digest("hex"));
      else expect(status).toBe(422);
    }
  });

  it("reads a file of the import folder where it lies, and says so where that is gone or another", async () => {
    await mkdir(join(folder, "import", "deep"));
    const file = join(folder, "import", "deep", "scan.png");
    const bytes = await picture(37);
    await writeFile(file, bytes);
    await chmod(file, 0o444);
    const before = await blobs();
    const { value } = await take("deep/scan.png");
    expect(value).toMatchObject({ name: "scan.png", importPath: "deep/scan.png", error: null });
    expect(await blobs()).toEqual(before);

    await rename(file, `${file}.away`);
    const gone = await getImage(new Request(HERE, { headers: as("viewer") }), context({ imageId: value.id }));
    expect((await gone.json()).error).toContain("its file deep/scan.png is no longer in the import folder");
    await writeFile(file, await picture(38));
    const other = await getImage(new Request(HERE, { headers: as("viewer") }), context({ imageId: value.id }));
    expect((await other.json()).error).toContain("was changed since it was added");

    // The same bytes elsewhere, then by upload: the image is the same, and its file where it was seen last.
    const moved = await take("deep/scan.png.away");
    expect(moved.value).toMatchObject({ id: value.id, importPath: "deep/scan.png.away", error: null });
    expect((await send(bytes)).value).toMatchObject({ id: value.id, importPath: null, error: null });
    expect((await take("deep/scan.png.away")).value).toMatchObject({ id: value.id, importPath: null });
  });

  it("lists the import folder without what is hidden or outside", async () => {
    await writeFile(join(folder, "import", ".hidden.png"), "x");
    const list = async (path: string) => {
      const url = `http://127.0.0.1:3000/api/v1/import-folder?path=${encodeURIComponent(path)}`;
      const response = await listFolder(new Request(url, { headers: as("operator") }), context());
      return { status: response.status, value: await response.json() };
    };
    const { items } = (await list("")).value;
    expect(items[0]).toEqual({ kind: "folder", name: "deep", path: "deep", bytes: null });
    expect(items.map(({ name }: { name: string }) => name)).not.toContain("link.png");
    expect(items.map(({ name }: { name: string }) => name)).not.toContain("up");
    expect(items.map(({ name }: { name: string }) => name)).not.toContain(".hidden.png");
    expect((await list("deep")).value.items).toContainEqual(expect.objectContaining({ path: "deep/scan.png" }));
    for (const path of ["..", "up", "missing", "in.png"])
      expect([path, (await list(path)).status]).toEqual([path, 422]);
  });
});

describe("an image", () => {
  const image = async (id: string, method = "GET", body?: object, role: Role = "owner") => {
    const handler = { GET: getImage, PATCH, DELETE }[method] ?? getImage;
    const init = { method, headers: as(role), ...(body && { body: JSON.stringify(body) }) };
    const response = await handler(new Request(`${HERE}/${id}`, init), context({ imageId: id }));
    return { status: response.status, value: response.status === 204 ? null : await response.json() };
  };

  it("is renamed and tagged by an operator, deleted by an owner, and comes back with its bytes", async () => {
    const bytes = await picture(40);
    const { id } = (await send(bytes, "?name=a.png")).value;
    const patch = { name: "b.png", tags: ["x", "x", "y"] };
    expect(await image(id, "PATCH", patch, "viewer")).toMatchObject({ status: 404 });
    expect(await image(id, "PATCH", patch, "operator")).toMatchObject({ value: { name: "b.png", tags: ["x", "y"] } });
    expect(await image(id, "PATCH", {})).toMatchObject({ status: 422 });
    expect(await image(id, "DELETE", undefined, "operator")).toMatchObject({ status: 404 });
    expect(await image(id, "DELETE")).toMatchObject({ status: 204 });
    expect(await image(id)).toMatchObject({ status: 404 });
    expect((await send(bytes)).value).toMatchObject({ id, name: "b.png" });
    const actions = (await readAudit(pool(), `image:${id}`)).map((entry) => `${entry.actor} ${entry.action}`);
    expect(actions).toEqual([
      "token:operator add-image",
      "token:operator change-image",
      "token:owner delete-image",
      "token:operator restore-image",
    ]);
  });

  it("that failed is ingested anew when it is sent again", async () => {
    const bytes = await picture(41);
    const { id } = (await send(bytes)).value;
    await pool().query("UPDATE images SET state = 'failed', error = 'disk', workflow_run_id = 'old' WHERE id = $1", [
      id,
    ]);
    expect((await send(bytes)).value).toMatchObject({ id, state: "ingesting", error: null });
    const { rows } = await pool().query("SELECT workflow_run_id FROM images WHERE id = $1", [id]);
    expect(rows).toEqual([{ workflow_run_id: null }]);
  });

  it("that is blocked is released by an owner, with a reason that is kept", async () => {
    const { id } = (await send(await picture(42))).value;
    const free = async (role: Role, reason: string) => {
      const init = { method: "POST", headers: as(role), body: JSON.stringify({ reason }) };
      return (await release(new Request(HERE, init), context({ imageId: id }))).status;
    };
    expect(await free("owner", "because")).toBe(409);
    const moderation = { verdict: "block", scores: { Porn: 0.9 }, model: "local:nsfw", reason: "Porn 0.9" };
    await pool().query("UPDATE images SET state = 'blocked', moderation = $2, workflow_run_id = 'w' WHERE id = $1", [
      id,
      moderation,
    ]);
    expect(await free("operator", "because")).toBe(404);
    expect(await free("owner", " ")).toBe(422);
    expect(await free("owner", "a statue")).toBe(200);
    expect((await image(id)).value).toMatchObject({ state: "ingesting", moderation: { verdict: "released" } });
    const entries = await readAudit(pool(), `image:${id}`);
    expect(entries.at(-1)).toMatchObject({ action: "release", details: { reason: "a statue", verdict: moderation } });
  });

  it("is found by name, tag and state, page by page, newest first", async () => {
    const sent: string[] = [];
    for (let index = 0; index < 5; index++) {
      sent.unshift((await send(await picture(50 + index), `?name=50%25_${index}.png`)).value.id);
    }
    await image(sent[1] ?? "", "PATCH", { tags: ["Harbour"] });
    const list = async (search: string) => {
      const response = await listImages(new Request(`${HERE}?${search}`, { headers: as("viewer") }), context());
      return response.json();
    };
    const ids = async (search: string) => (await list(search)).items.map((found: { id: string }) => found.id);
    expect(await ids("q=50%25_")).toEqual(sent);
    expect(await ids("q=5%25%25_")).toEqual([]);
    expect(await ids("q=harb")).toEqual([sent[1]]);
    expect(await ids("tag=Harbour&state=ingesting")).toEqual([sent[1]]);
    expect(await ids("tag=Harbour&state=ready")).toEqual([]);
    const first = await list("q=50%25_&limit=3");
    expect(first.items).toHaveLength(3);
    expect(await ids(`q=50%25_&limit=3&cursor=${first.nextCursor}`)).toEqual(sent.slice(3));
    expect(await list("state=nonsense")).toMatchObject({ status: 400 });
  });
});
