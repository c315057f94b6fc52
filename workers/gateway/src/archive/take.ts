// Takes an archive in, or a part of one: every member is looked at before it is kept.

import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { Refusal, refuse } from "@eigentwin/core";
import type { Env } from "../../env.ts";
import { Allowance } from "./allowance.ts";
import { memberAt, readManifest } from "./layout.ts";
import { allStaged, stage } from "./stage.ts";

/** How many members came. */
export async function takeMembers(env: Env, tenant: string, body: ReadableStream<Uint8Array>): Promise<number> {
  const allowance = new Allowance(await allStaged(env, tenant));
  const decoder = createTarDecoder({ strict: true });
  const refused = new AbortController();
  const fed = body.pipeTo(decoder.writable, { preventCancel: true, signal: refused.signal });
  // Awaited below; an error that comes first is the decoder's too.
  fed.catch(() => undefined);
  let count = 0;
  try {
    for await (const entry of decoder.readable) {
      await takeMember(env, tenant, entry, allowance);
      count += 1;
    }
    await fed;
    return count;
  } catch (error) {
    refused.abort();
    await fed.catch(() => undefined);
    // A caller that is still sending does not hear an answer: the rest is read and dropped.
    await body.pipeTo(new WritableStream());
    if (error instanceof Refusal) throw error;
    return refuse("archive.malformed", `this is no whole tar: ${String(error)}`, {
      at: `member ${count + 1}`,
      hint: "Send the part again; what came before it is kept.",
    });
  }
}

async function takeMember(
  env: Env,
  tenant: string,
  { header, body }: ParsedTarEntry,
  allowance: Allowance,
): Promise<void> {
  const { name, size, type = "file" } = header;
  if (type !== "file") refuse("archive.malformed", `an archive holds files, no ${type}`, { at: name });
  const member = memberAt(name, size);
  allowance.take(name, size);
  const bytes = await new Response(body).bytes();
  if (bytes.length !== size)
    refuse("archive.malformed", `this member ends after ${bytes.length} of ${size} bytes`, { at: name });
  // What is wrong with a manifest is said before it is kept.
  if (member.kind === "manifest") readManifest(new TextDecoder().decode(bytes), tenant);
  await stage(env, tenant, name, bytes);
}
