// Those who wait for something to happen to an object.

export class Watchers {
  readonly #wakes = new Set<() => void>();

  /** Resolves when they are woken, or after `waitMs`. */
  woken(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#wakes.add(wake);
    });
  }

  wake(): void {
    for (const wake of this.#wakes) wake();
  }
}
