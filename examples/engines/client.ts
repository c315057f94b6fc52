// A small client of the public HTTP API: what an application would write.

export interface Api {
  url: string;
  key: string;
}

/** What a run looks like from outside; the members that this example reads. */
export interface Run {
  id: string;
  state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
  progress: { fraction: number; note: string };
  result?: unknown;
  resultDigest?: string;
  evidenceDigest?: string;
  verdict?: Verdict;
  prediction?: {
    quantity: string;
    value: number;
    unit: string;
    interval: { lower: number; upper: number; coverage: number };
    expiresAt: string;
  };
  backend: {
    name: string;
    exact: boolean;
    noise: string;
    plugin: { version: string };
    passedOver: { name: string; reason: string }[];
  };
  /** Null where no program was sent. */
  executedBy: string | null;
  spent: {
    programs: number;
    evaluations: number;
    shots: number;
    money: number;
    currency: string;
    qubits: number;
    depth: number;
  };
  failure?: { code: string; message: string; hint?: string; at?: string };
}

export interface Verdict {
  word: string;
  reason: string;
  scores?: {
    metric: string;
    unit: string;
    quantum: { name: string; score: number };
    baseline: { name: string; score: number };
    difference: { value: number; lower: number; upper: number };
    margin: number;
    individuals: number;
    heldOut: string;
  };
}

export async function call<T>(
  { url, key }: Api,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const isForm = body instanceof FormData;
  const address = `${url}${path}`;
  const response = await fetch(address, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && !isForm && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  }).catch((error: Error) => {
    throw new Error(
      `${address} does not answer: ${error.cause instanceof Error ? error.cause.message : error.message}`,
      {
        cause: error,
      },
    );
  });
  const answer = (await response.json()) as T & { detail?: string; hint?: string; code?: string };
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${answer.code}: ${answer.detail} ${answer.hint ?? ""}`);
  return answer;
}

export interface TextFile {
  name: string;
  text: string;
}

export function importFiles<T>(api: Api, fields: Record<string, string>, files: readonly TextFile[]): Promise<T> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const { name, text } of files) form.append("file", new File([text], name, { type: "text/plain" }));
  return call<T>(api, "POST", "/v1/imports", form);
}

/** Asks, then watches until the run has ended. A run that failed is an error with the platform's own words. */
export async function ask(
  api: Api,
  question: Record<string, unknown>,
  onProgress: (run: Run) => void = () => {},
): Promise<Run> {
  let run = await call<Run>(api, "POST", "/v1/runs", question, { prefer: "wait=2" });
  while (run.state === "queued" || run.state === "running" || run.state === "waiting") {
    onProgress(run);
    run = await call<Run>(api, "GET", `/v1/runs/${run.id}?wait=2`);
  }
  if (run.state !== "succeeded")
    throw new Error(
      `run ${run.id} ${run.state}: ${run.failure?.code}: ${run.failure?.message} ${run.failure?.hint ?? ""}`,
    );
  return run;
}
