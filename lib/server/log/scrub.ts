import { processWide } from "#lib/process-wide.ts";

/** What stands where a secret stood. */
const HIDDEN = "[secret]";

/** Names of variables whose values are secrets, whoever reads them. */
const SECRET_NAME = /(KEY|SECRET|PASSWORD|TOKEN|_HEADERS)$/;
/** A shorter value would be found everywhere. */
const SHORTEST = 6;

/** Forms of secrets that are known without knowing the secret. */
const FORMS: readonly [RegExp, string][] = [
  // Ours: API tokens, sessions, sign-in links.
  [/\bts[rsl]_[\w-]{20,}/g, HIDDEN],
  // `user:password@` of an address.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/gi, `$1${HIDDEN}@`],
  [/\b(bearer|basic) +[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\bsk-[\w-]{12,}/g, HIDDEN],
  // A field that says by its name that it holds one.
  [
    /"((?:set-)?cookie|authorization|(?:x-)?api[-_]?key|password|secret|[a-z]*token)":"(?:[^"\\]|\\.)*"/gi,
    `"$1":"${HIDDEN}"`,
  ],
];

/** As it stands inside a line of JSON. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Passwords of the addresses among the variables: what a driver puts in its messages, also outside of an address. */
function passwordsIn(value: string): string[] {
  const url = URL.parse(value);
  return url === null || url.password === "" ? [] : [url.password, decodeURIComponent(url.password)];
}

/** The secrets among variables of the environment, as they would stand in a line of JSON, longest first. */
function secretsOf(variables: Readonly<Record<string, string | undefined>>): string[] {
  const found = Object.entries(variables).flatMap(([name, value = ""]) => [
    ...(SECRET_NAME.test(name) ? [value] : []),
    ...(value.includes("://") ? passwordsIn(value) : []),
  ]);
  const long = found.filter((value) => value.length >= SHORTEST).map(inJson);
  return [...new Set(long)].sort((a, b) => b.length - a.length);
}

/** A line without secrets: neither these, nor anything that has the form of one. */
function scrub(line: string, secrets: readonly string[]): string {
  let clean = line;
  for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, HIDDEN);
  for (const [form, instead] of FORMS) clean = clean.replace(form, instead);
  return clean;
}

type Known = { of: string; secrets: string[] };

/** A text or line of the log without the secrets of this process and without anything that has the form of one. */
export function withoutSecrets(text: string): string {
  const known = processWide("secrets", (): Known => ({ of: "", secrets: [] }));
  // These two are made when the process starts, after the first lines.
  const of = `${process.env["DATABASE_URL"]} ${process.env["TESSERA_LOOP_SECRET"]}`;
  if (known.of !== of) Object.assign(known, { of, secrets: secretsOf(process.env) });
  return scrub(text, known.secrets);
}
