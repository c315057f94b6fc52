// The plugin's side of a grant: the wire's outcomes become values and refusals, scopes become paths.

import type { BackendDescription } from "../backend.ts";
import { decode, encode } from "../codec.ts";
import type { Subject } from "../grant.ts";
import { refuse, unwrap } from "../failure.ts";
import type { Grant } from "../grant.ts";
import type { Program, ResultOf } from "../program/program.ts";
import type { HostGrant } from "../run/host-grant.ts";
import type { Series } from "../twin.ts";
import { randomFrom, seedFor } from "../run/random.ts";

/** The plain part of a grant, sent with the call. */
export interface RunContext {
  subject: Subject;
  now: string;
  seed: number;
  backend: BackendDescription | undefined;
}

/** One RPC message carries at most this much of a column set. */
const MAX_BYTES_PER_READ = 8 * 1024 * 1024;

export function grantFrom(context: RunContext, host: HostGrant, signal: AbortSignal, path = "/"): Grant {
  const draw = randomFrom(seedFor(context.seed, path));
  let drawn = 0;
  const random = () => {
    drawn += 1;
    return draw();
  };
  return {
    subject: context.subject,
    now: context.now,
    signal,
    random,
    backend: {
      get description() {
        return context.backend ?? refuse("backend.none-fits", "this capability declared no need of a backend");
      },
      run: async <P extends Program>(program: P) => unwrap(await host.program(path, program)) as ResultOf<P>,
    },
    async stream(name, range = {}) {
      const parts: Series[] = [];
      for (let from = range.from; ;) {
        const part = unwrap(await host.stream(path, name, { ...range, ...(from !== undefined && { from }) }));
        parts.push({ observedAtMs: part.observedAtMs, values: part.values });
        if (part.next === undefined) return joinSeries(parts);
        from = part.next;
      }
    },
    async dataset(id) {
      const info = unwrap(await host.datasetInfo(path, id));
      const perRead = Math.max(1, Math.floor(MAX_BYTES_PER_READ / (8 * Math.max(1, info.rows))));
      return {
        info,
        async columns<const Name extends string>(names: readonly Name[]) {
          const columns: Record<string, Float64Array> = {};
          for (let at = 0; at < names.length; at += perRead)
            Object.assign(columns, unwrap(await host.datasetColumns(path, id, names.slice(at, at + perRead))));
          return columns as Record<Name, Float64Array>;
        },
      };
    },
    model: async (id) => unwrap(await host.model(path, id)),
    saveModel: async (draft) => unwrap(await host.saveModel(path, draft)),
    scope(name) {
      mustNameScope(name, path);
      return grantFrom(context, host, signal, `${path}${name}/`);
    },
    async progress(fraction, note) {
      unwrap(await host.progress(fraction, note));
      // An answered call alone starves timers and sockets: the event loop looks at them only when it runs dry.
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    async step<T>(name: string, fn: (inside: Grant) => T | Promise<T>) {
      mustNameScope(name, path);
      const { key, inside, found, value } = unwrap(await host.recall(path, name));
      if (found) {
        const step = value as { made: T; drawn: number };
        for (let skipped = 0; skipped < step.drawn; skipped++) random();
        return step.made;
      }
      const before = drawn;
      const made = await fn(grantFrom(context, host, signal, inside));
      // Encoded at once: what a later attempt will get from the journal, and no change of the original can reach it.
      // With it goes how much chance it used, or a later attempt would go on with other numbers.
      const step = decode(encode({ made, drawn: drawn - before })) as { made: T };
      unwrap(await host.record(key, step));
      return step.made;
    },
  };
}

/** Of parts that follow each other. */
function joinSeries(parts: readonly Series[]): Series {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const joined = (of: keyof Series) => {
    const all = new Float64Array(parts.reduce((sum, part) => sum + part[of].length, 0));
    parts.reduce((at, part) => (all.set(part[of], at), at + part[of].length), 0);
    return all;
  };
  return { observedAtMs: joined("observedAtMs"), values: joined("values") };
}

function mustNameScope(name: string, at: string): void {
  if (name === "" || /[/~|]/.test(name))
    refuse(
      "plugin.broke-contract",
      `"${name}" cannot name a scope or step: it must be a word without "/", "~" and "|"`,
      { at },
    );
}
