// Readings that go wrong: one at a time, or as a linear map of what is observed.

import { refuse, type PauliSum } from "@eigentwin/core";
import { readoutOf, type NoiseModel, type ReadoutError } from "../noise/model.ts";

export const misread = (value: string, { read1Of0, read0Of1 }: ReadoutError, random: () => number): string => {
  if (random() >= (value === "1" ? read0Of1 : read1Of0)) return value;
  return value === "1" ? "0" : "1";
};

/** A word of so many letters that read unevenly would become more words than this. */
const MOST_LETTERS = 12;

/**
 * A letter that is read, in its own basis, with errors: (1 - a - b) of itself and (b - a) of the identity, a being the
 * probability to read 1 for 0 and b that to read 0 for 1.
 */
export function seenThrough(sum: PauliSum, noise: NoiseModel | undefined): PauliSum {
  if (!noise?.readout) return sum;
  const found = new Map<string, number>();
  for (const { word, coefficient } of sum)
    for (const one of seenWords(word, noise))
      found.set(one.word, (found.get(one.word) ?? 0) + coefficient * one.coefficient);
  return Array.from(found, ([word, coefficient]) => ({ word, coefficient }));
}

function seenWords(word: string, noise: NoiseModel): PauliSum {
  let seen = [{ word: "", coefficient: 1 }];
  Array.from(word).forEach((letter, qubit) => {
    const { read1Of0, read0Of1 } = letter === "I" ? { read1Of0: 0, read0Of1: 0 } : readoutOf(noise, qubit);
    seen = seen.flatMap((one) => [
      { word: one.word + letter, coefficient: one.coefficient * (1 - read1Of0 - read0Of1) },
      ...(read1Of0 === read0Of1
        ? []
        : [{ word: `${one.word}I`, coefficient: one.coefficient * (read0Of1 - read1Of0) }]),
    ]);
    if (seen.length > 2 ** MOST_LETTERS)
      refuse(
        "program.invalid",
        `the word ${word} has more than ${MOST_LETTERS} letters whose readout errors are uneven`,
        {
          hint: "Ask for samples instead.",
        },
      );
  });
  return seen;
}
