// What a refused question is answered with: an outcome, instead of a throw that the caller would see as a fault.

import { fail, Refusal, succeed, type Outcome } from "@eigentwin/core";

export const notThere = () => fail("twin.not-found", "there is no such twin");

const refusedWith = (error: unknown): Outcome<never> => {
  if (error instanceof Refusal) return { ok: false, failure: error.failure };
  throw error;
};

export function answering<T>(work: () => T): Outcome<T> {
  try {
    return succeed(work());
  } catch (error) {
    return refusedWith(error);
  }
}

export async function answeringLater<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return succeed(await work());
  } catch (error) {
    return refusedWith(error);
  }
}
