// Starts other Workers in isolates of their own. The clock of a Worker stands still, so the caller takes the time.

import { WorkerEntrypoint } from "cloudflare:workers";

/** A Worker as it is uploaded: its first module and the others, by name. */
export interface Code {
  compatibilityDate: string;
  compatibilityFlags: string[];
  mainModule: string;
  modules: Record<string, { js: string } | { wasm: ArrayBuffer }>;
}

const known = new Map<string, Code>();

export default class extends WorkerEntrypoint<{ LOADER: WorkerLoader }> {
  know(name: string, code: Code): void {
    known.set(name, code);
  }

  /** Loads it anew and waits for its first answer. */
  async start(name: string): Promise<string> {
    const code = known.get(name);
    if (!code) throw new Error(`no code is known as ${name}`);
    const worker = this.env.LOADER.load(code);
    const response = await worker.getEntrypoint().fetch("http://worker/");
    return response.text();
  }
}
