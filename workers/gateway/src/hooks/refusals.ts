// Who has been refused too often lately, by where they call from: counted in this isolate, and forgotten soon.

const MOST_OF_A_HOOK = 30;
/** One address may send for many, to many hooks. */
const MOST_OF_AN_ADDRESS = 300;
const FOR_MS = 60_000;
const MOST_COUNTED = 10_000;

export interface Sending {
  /** Where it is not known nobody can be told apart, and the refusals of one sender must not shut out the others. */
  address: string | undefined;
  path: string;
}

export class Refusals {
  /** In the order in which they end, as all are counted for the same time. */
  readonly #counted = new Map<string, { count: number; untilMs: number }>();

  /** Seconds to wait; undefined where nothing speaks against another look. */
  mustWaitSeconds(sending: Sending, nowMs: number): number | undefined {
    const waits = limitsOf(sending).flatMap(({ name, most }) => {
      const found = this.#counted.get(name);
      return found && found.untilMs > nowMs && found.count >= most ? [found.untilMs - nowMs] : [];
    });
    return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits) / 1000);
  }

  note(sending: Sending, nowMs: number): void {
    for (const { name } of limitsOf(sending)) {
      const found = this.#counted.get(name);
      if (found && found.untilMs > nowMs) found.count += 1;
      else {
        this.#counted.delete(name);
        this.#makeRoom(nowMs);
        this.#counted.set(name, { count: 1, untilMs: nowMs + FOR_MS });
      }
    }
  }

  /** Those that have ended, and the oldest where that is not enough. */
  #makeRoom(nowMs: number): void {
    for (const [name, { untilMs }] of this.#counted) {
      if (untilMs > nowMs && this.#counted.size < MOST_COUNTED) return;
      this.#counted.delete(name);
    }
  }
}

const limitsOf = ({ address, path }: Sending) =>
  address === undefined
    ? []
    : [
        { name: `${address} ${path}`, most: MOST_OF_A_HOOK },
        { name: address, most: MOST_OF_AN_ADDRESS },
      ];
