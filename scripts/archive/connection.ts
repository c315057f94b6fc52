// Where a deployment is and with which key to speak to it. A key is never an argument: those are seen by everybody.

import { readFileSync } from "node:fs";
import { fromHere } from "../arguments.ts";

export interface Connection {
  url: string;
  key: string;
}

export const CONNECTION_USAGE = `  --url URL        of the deployment, for example http://127.0.0.1:8787
  --key-file FILE  holds the API key; or set the environment variable EIGENTWIN_KEY`;

export const CONNECTION_OPTIONS = { url: { type: "string" }, "key-file": { type: "string" } } as const;

/** Throws with what is missing. */
export function connectionOf(options: { url?: string | undefined; "key-file"?: string | undefined }): Connection {
  const { url, "key-file": file } = options;
  if (url === undefined) throw new Error("name the deployment with --url");
  const key = file === undefined ? process.env["EIGENTWIN_KEY"] : readFileSync(fromHere(file), "utf8");
  if (!key?.trim()) throw new Error("there is no key: name its file with --key-file, or set EIGENTWIN_KEY");
  return { url: url.replace(/\/+$/, ""), key: key.trim() };
}

/** The answer as JSON; a problem is an error in the platform's own words, but for the statuses in `expected`. */
export async function send<Answer>(
  { url, key }: Connection,
  path: string,
  init: RequestInit,
  expected: readonly number[] = [],
): Promise<{ status: number; answer: Answer }> {
  const headers = { ...init.headers, authorization: `Bearer ${key}` };
  const response = await reach(url + path, { ...init, headers });
  if (response.ok || expected.includes(response.status))
    return { status: response.status, answer: (await response.json()) as Answer };
  throw new Error(await problemOf(response));
}

/** `fetch` that names the address where nobody answers. */
export async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    const why = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : cause;
    throw new Error(`${address} does not answer: ${why}\nIs the deployment up there?`, { cause: error });
  }
}

export async function problemOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { code, detail, hint, at } = JSON.parse(text) as Record<string, string | undefined>;
    return [`${response.status} ${code}: ${detail}`, at, hint].filter((part) => part !== undefined).join("\n");
  } catch {
    return `${response.status}: ${text.slice(0, 500)}`;
  }
}
