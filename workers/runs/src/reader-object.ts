// Reads files with a plugin's reader. Holds nothing: an object per import only keeps imports out of each other's way.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { fail, type SourceFile } from "@eigentwin/core";
import type { ReaderService } from "./contract.ts";
import { within } from "@eigentwin/objects";
import { boundPlugins } from "./plugins.ts";

const READING_MS = 60_000;

export class ReaderObject extends DurableObject<Env> implements ReaderService {
  async readDataset(reader: string, files: SourceFile[]) {
    const stub = await this.#pluginOf(reader);
    return stub ? within(READING_MS, stub.readDataset(reader, files)) : noSuch(reader);
  }

  async readTwins(reader: string, files: SourceFile[], options: { startsAt: string }) {
    const stub = await this.#pluginOf(reader);
    return stub ? within(READING_MS, stub.readTwins(reader, files, options)) : noSuch(reader);
  }

  async #pluginOf(reader: string) {
    const plugins = await boundPlugins(this.env);
    return plugins.find(({ manifest }) => manifest.readers.some(({ id }) => id === reader))?.stub;
  }
}

const noSuch = (reader: string) =>
  fail("capability.not-found", `no plugin reads "${reader}"`, {
    at: "/reader",
    hint: "GET /v1/plugins lists the readers.",
  });
