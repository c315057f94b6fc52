// The wait for a plugin: it ends when nothing has been asked for too long, and the longest silence is kept.

import { fail, type Outcome } from "../failure.ts";
import { clockMs } from "./poison.ts";

export interface Patience {
  /** Settles when no call has been open for so long. */
  lost: Promise<Outcome<never>>;
  /** A call that is open is no silence of the plugin's. */
  during<T>(call: () => Promise<T>): Promise<T>;
  stop(): void;
  longestMs(): number;
}

export function patienceOf(patienceMs: number): Patience {
  let giveUp: (outcome: Outcome<never>) => void = () => undefined;
  const lost = new Promise<Outcome<never>>((resolve) => (giveUp = resolve));
  const silence = fail("plugin.never-settled", `it neither answered nor asked for anything in ${patienceMs} ms`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  let open = 0;
  let longest = 0;

  function listen(): void {
    since = clockMs();
    timer = setTimeout(giveUp, patienceMs, silence);
  }
  function hear(): void {
    clearTimeout(timer);
    longest = Math.max(longest, clockMs() - since);
  }

  listen();
  return {
    lost,
    async during(call) {
      if (open === 0) hear();
      open += 1;
      try {
        return await call();
      } finally {
        open -= 1;
        if (open === 0) listen();
      }
    },
    stop() {
      if (open === 0) hear();
      clearTimeout(timer);
    },
    longestMs: () => longest,
  };
}
