import { DataStore, ERRORS, Upload } from "@tus/server";
import { pool } from "#db/client.ts";
import { deleteUpload, findUpload, insertUpload, touchUpload, type UploadRow } from "#db/queries/uploads.ts";
import { explainIssues } from "#lib/core/api/problem.ts";
import { uploadMetadataSchema } from "#lib/core/api/uploads.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";
import type { Principal } from "../access/principal.ts";
import { plainName } from "../images/add-image.ts";
import { uploadStaging } from "../storage.ts";
import { EXPIRY_MS } from "./expiry.ts";
import { offsetOf } from "./present-upload.ts";
import { forgetHash, hashFrom } from "./running-hash.ts";

/** A request may take days; while bytes come its upload is not abandoned. */
const TOUCH_MS = 600_000;

/** Uploads that are written to, with when that ends. */
function underWay(): Map<string, Promise<void>> {
  return processWide("uploads-under-way", () => new Map<string, Promise<void>>());
}

/** The uploads of one principal, as the protocol's server keeps them: a row each, and a file that grows. */
export class TusStore extends DataStore {
  readonly #owner: Principal;

  constructor(owner: Principal) {
    super();
    this.#owner = owner;
    this.extensions = ["creation", "creation-with-upload", "termination", "expiration"];
  }

  override async create(upload: Upload): Promise<Upload> {
    const { filename, name, collection, sha256 } = readMetadata(upload.metadata ?? {});
    const bytes = upload.size ?? 0;
    // The row first: of what breaks off here the janitor finds a row, never a file that nobody knows of.
    await insertUpload(pool(), {
      id: upload.id,
      owner: this.#owner.id,
      name: plainName(filename ?? name ?? ""),
      collection: collection ?? null,
      bytes,
      sha256: sha256 ?? null,
      metadata: upload.metadata ?? {},
    });
    try {
      await uploadStaging().create(upload.id, bytes);
    } catch (error) {
      await deleteUpload(pool(), upload.id);
      throw error;
    }
    return upload;
  }

  override async write(source: AsyncIterable<Uint8Array>, id: string, offset: number): Promise<number> {
    const row = await this.#find(id);
    // The last request's answer was lost, and it is asked again: there is nothing to write, but an answer to give.
    if (row.state !== "receiving") return offset;
    await touchUpload(pool(), id);
    const alive = setInterval(() => void touchUpload(pool(), id).catch(() => undefined), TOUCH_MS);
    const writing = uploadStaging().append(id, offset, source, hashFrom(id, offset));
    const settled = writing.then(
      () => undefined,
      () => undefined,
    );
    underWay().set(id, settled);
    try {
      return await writing;
    } finally {
      clearInterval(alive);
      if (underWay().get(id) === settled) underWay().delete(id);
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    // A request that broke is answered before what it had brought is in the file.
    await underWay().get(id);
    const row = await this.#find(id);
    const offset = await offsetOf(row);
    if (offset === null) throw ERRORS.FILE_NO_LONGER_EXISTS;
    return new Upload({
      id,
      size: row.bytes,
      offset,
      metadata: row.metadata,
      // The protocol's server counts expiry from here; ours counts from when the sender was last heard of.
      creation_date: row.touchedAt.toISOString(),
    });
  }

  override async remove(id: string): Promise<void> {
    await this.#find(id);
    await uploadStaging().remove(id);
    await deleteUpload(pool(), id);
    forgetHash(id);
  }

  override getExpiration(): number {
    return EXPIRY_MS;
  }

  async #find(id: string): Promise<UploadRow> {
    const row = await findUpload(pool(), id, this.#owner.id);
    if (!row) throw ERRORS.FILE_NOT_FOUND;
    return row;
  }
}

function readMetadata(metadata: Record<string, string | null>) {
  const parsed = uploadMetadataSchema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  const [first] = explainIssues(parsed.error, "Upload-Metadata");
  throw new TesseraError("bad-request", `${first?.field}: ${first?.message}`);
}
