// The host's grant as a stub that a plugin can call, and the watch over a plugin that has fallen silent.

import { RpcTarget } from "cloudflare:workers";
import type {
  DatasetInfo,
  Failure,
  HostGrant,
  ModelDraft,
  Outcome,
  Program,
  ProgramResult,
  RecalledStep,
  SavedModel,
  SeriesPart,
  TimeRange,
} from "@eigentwin/core";

/** Told that something outside the plugin did not answer. */
export type Lose = (failure: Failure) => void;

/** Resolves when no call has been open, and none has come, for `patienceMs`. */
export interface Patience {
  lost: Promise<void>;
  during<T>(call: Promise<T>): Promise<T>;
  stop(): void;
}

export function watchFor(patienceMs: number): Patience {
  let open = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let giveUp: () => void;
  const lost = new Promise<void>((resolve) => (giveUp = resolve));
  const wind = () => {
    clearTimeout(timer);
    if (open === 0) timer = setTimeout(giveUp, patienceMs);
  };
  wind();
  return {
    lost,
    async during(call) {
      open += 1;
      clearTimeout(timer);
      try {
        return await call;
      } finally {
        open -= 1;
        wind();
      }
    },
    stop: () => clearTimeout(timer),
  };
}

export class HostTarget extends RpcTarget implements HostGrant {
  readonly #grant: HostGrant;
  readonly #patience: Patience;
  readonly #lose: Lose;
  constructor(grant: HostGrant, patience: Patience, lose: Lose) {
    super();
    this.#grant = grant;
    this.#patience = patience;
    this.#lose = lose;
  }
  /** What the grant refuses is data. A throw is a fault of ours, not of the plugin, which never hears of it. */
  #answer<T>(call: Promise<T>): Promise<T> {
    const answer = call.catch((error: unknown) => {
      this.#lose({ code: "platform.fault", message: `a read or write of the platform failed: ${String(error)}` });
      return new Promise<T>(() => undefined);
    });
    return this.#patience.during(answer);
  }
  stream(scope: string, name: string, range: TimeRange): Promise<Outcome<SeriesPart>> {
    return this.#answer(this.#grant.stream(scope, name, range));
  }
  datasetInfo(scope: string, id: string): Promise<Outcome<DatasetInfo>> {
    return this.#answer(this.#grant.datasetInfo(scope, id));
  }
  datasetColumns(scope: string, id: string, names: readonly string[]): Promise<Outcome<Record<string, Float64Array>>> {
    return this.#answer(this.#grant.datasetColumns(scope, id, names));
  }
  model(scope: string, id: string): Promise<Outcome<SavedModel>> {
    return this.#answer(this.#grant.model(scope, id));
  }
  saveModel(scope: string, draft: ModelDraft): Promise<Outcome<{ id: string; digest: string }>> {
    return this.#answer(this.#grant.saveModel(scope, draft));
  }
  program(scope: string, program: Program): Promise<Outcome<ProgramResult>> {
    return this.#answer(this.#grant.program(scope, program));
  }
  recall(scope: string, name: string): Promise<Outcome<RecalledStep>> {
    return this.#answer(this.#grant.recall(scope, name));
  }
  record(key: string, value: unknown): Promise<Outcome<undefined>> {
    return this.#answer(this.#grant.record(key, value));
  }
  progress(fraction: number, note: string): Promise<Outcome<undefined>> {
    return this.#answer(this.#grant.progress(fraction, note));
  }
}
