import type { PoolClient } from "pg";

type Queryable = Pick<PoolClient, "query">;

/** An Ed25519 key: the public half raw in base64url, the private one as PEM. */
export type ReportKey = { publicKey: string; privateKey: string };

/** The private key that signs the installation's reports, as PEM; null: none was made yet. */
export async function signingReportKey(client: Queryable): Promise<string | null> {
  const { rows } = await client.query<{ privateKey: string }>(
    `SELECT private_key AS "privateKey" FROM report_keys WHERE signs`,
  );
  return rows[0]?.privateKey ?? null;
}

/** Makes a key the one that signs, where there is none; says whether it is now. Of two at once one is taken. */
export async function offerReportKey(client: Queryable, key: ReportKey): Promise<boolean> {
  const { rowCount } = await client.query(
    "INSERT INTO report_keys (public_key, private_key, signs) VALUES ($1, $2, true) ON CONFLICT DO NOTHING",
    [key.publicKey, key.privateKey],
  );
  return rowCount === 1;
}

/** Keeps a key as one that signed once; a key that is there already stays as it is. */
export async function keepReportKey(client: Queryable, key: ReportKey): Promise<void> {
  await client.query(
    "INSERT INTO report_keys (public_key, private_key, signs) VALUES ($1, $2, false) ON CONFLICT DO NOTHING",
    [key.publicKey, key.privateKey],
  );
}

/** Whether a public key, raw in base64url, is one of the installation's. */
export async function hasReportKey(client: Queryable, publicKey: string): Promise<boolean> {
  const { rows } = await client.query("SELECT 1 FROM report_keys WHERE public_key = $1", [publicKey]);
  return rows.length > 0;
}
