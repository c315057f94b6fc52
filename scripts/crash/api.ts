// Calls to a deployment that may be killed at any moment: an answer, or silence, which says nothing of what has happened.

export interface Api {
  url: string;
  key: string;
}

export interface Answered {
  status: number;
  body: Record<string, unknown>;
}

const PATIENCE_MS = 30_000;
const MERGE_PATCH = "application/merge-patch+json";

/** Undefined where no answer came. */
export async function ask(api: Api, method: string, path: string, body?: unknown): Promise<Answered | undefined> {
  try {
    const response = await fetch(api.url + path, {
      method,
      headers: {
        authorization: `Bearer ${api.key}`,
        ...(method !== "GET" && { "if-match": "*" }),
        ...(body !== undefined && { "content-type": path.endsWith("/properties") ? MERGE_PATCH : "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** An answer that must come and succeed. */
export async function read(api: Api, path: string): Promise<Record<string, unknown>> {
  const answered = await ask(api, "GET", path);
  if (answered?.status !== 200) throw new Error(`GET ${path}: ${JSON.stringify(answered) ?? "no answer"}`);
  return answered.body;
}

export const isSuccess = (answered: Answered): boolean => answered.status >= 200 && answered.status < 300;

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
