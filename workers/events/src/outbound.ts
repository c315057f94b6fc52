// The one place from which the platform calls an address that a tenant has named: checked again at every call, never
// redirected, with an end in bytes and time, and nothing told of the answer but its status.

import { checkAddress } from "./address.ts";

export interface Call {
  url: string;
  headers: Record<string, string>;
  body: string;
  allowLoopback: boolean;
}

/** Why there is no status. */
export type Fault = "address refused" | "no answer in time" | "no connection";

export interface Reply {
  status: number | null;
  fault: Fault | null;
}

const WITHIN_MS = 10_000;
const MOST_BYTES = 4_096;

/** Sends a body; the answer's own is not read. */
export const post = async (call: Call): Promise<Reply> => (await exchange(call, false)).reply;

/** Whether the answer is a success and holds the text in its first bytes. */
export async function postForEcho(call: Call, text: string): Promise<Reply & { isEchoed: boolean }> {
  const { reply, body } = await exchange(call, true);
  return { ...reply, isEchoed: isSuccess(reply) && body.includes(text) };
}

export const isSuccess = ({ status }: Reply): boolean => status !== null && status >= 200 && status < 300;

async function exchange(
  { url, headers, body, allowLoopback }: Call,
  isRead: boolean,
): Promise<{ reply: Reply; body: string }> {
  const address = checkAddress(url, allowLoopback);
  if (!address.ok) return { reply: { status: null, fault: "address refused" }, body: "" };
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), WITHIN_MS);
  try {
    const response = await fetch(address.value, {
      method: "POST",
      headers: { ...headers, "user-agent": "Eigentwin-Webhooks/1" },
      body,
      redirect: "manual",
      signal: ending.signal,
    });
    const text = isRead ? await firstBytes(response) : "";
    // Nothing more of it is taken; a connection whose answer has ended serves the next call.
    await response.body?.cancel();
    return { reply: { status: response.status, fault: null }, body: text };
  } catch {
    return { reply: { status: null, fault: ending.signal.aborted ? "no answer in time" : "no connection" }, body: "" };
  } finally {
    clearTimeout(timer);
  }
}

async function firstBytes({ body }: Response): Promise<string> {
  if (!body) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = "";
  for (let bytes = 0; bytes < MOST_BYTES;) {
    const { value, done } = await reader.read();
    if (done) break;
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text;
}
