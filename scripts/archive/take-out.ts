// Takes a tenant's archive out of a deployment into a file, which is there only once it has been verified.

import { createWriteStream, renameSync } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { verify, type Manifest } from "./archive-file.ts";
import { problemOf, reach, type Connection } from "./connection.ts";

const TELL_EVERY_BYTES = 16 * 1024 * 1024;

export async function takeOut(
  { url, key }: Connection,
  file: string,
  say: (line: string) => void,
): Promise<Manifest & { bytes: number }> {
  const response = await reach(`${url}/v1/export`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok || !response.body) throw new Error(await problemOf(response));
  let bytes = 0;
  let told = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes - told >= TELL_EVERY_BYTES) say(`${((told = bytes) / 1e6).toFixed(0)} MB`);
      done(null, chunk);
    },
  });
  const unverified = `${file}.part`;
  await pipeline(Readable.fromWeb(response.body as never), count, createWriteStream(unverified));
  say("verifying every digest");
  const manifest = await verify(unverified);
  renameSync(unverified, file);
  return { ...manifest, bytes };
}
