import { expect, test } from "vitest";
import { FREE_FROM, startKernels } from "./kernels.ts";
import { annealerModule } from "./node.ts";

const kernels = startKernels(annealerModule());
kernels.memory.grow(1);

/** One block, the same in each of the four lanes. */
function block(rounds: number, counter: readonly [number, number, number, number], key: readonly [number, number]) {
  kernels.philoxBlock(...counter, ...key, rounds, FREE_FROM);
  const words = new Uint32Array(kernels.memory.buffer, FREE_FROM, 16);
  for (let at = 0; at < 16; at++) expect(words[at]).toBe(words[at - (at % 4)]);
  return [0, 4, 8, 12].map((at) => (words[at] ?? 0).toString(16).padStart(8, "0")).join(" ");
}

// The test values that the authors publish beside their code (Random123, `kat_vectors`).
test("agrees with the published values", () => {
  const pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;
  const all = 0xffffffff;
  expect(block(10, [0, 0, 0, 0], [0, 0])).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  expect(block(10, [all, all, all, all], [all, all])).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
  expect(block(10, pi, [0xa4093822, 0x299f31d0])).toBe("d16cfe09 94fdcceb 5001e420 24126ea1");
  expect(block(7, [0, 0, 0, 0], [0, 0])).toBe("5f6fb709 0d893f64 4f121f81 4f730a48");
});

test("a change of logarithm y is taken by e^y of all random numbers", () => {
  for (let y = 0; y > -22; y -= 0.0625) {
    const due = Math.min(2 ** 32 - 1, 2 ** 32 * Math.exp(y));
    expect(Math.abs((kernels.chances(y) >>> 0) - due)).toBeLessThan(1e-6 * due + 1);
  }
  expect(kernels.chances(3) >>> 0).toBe(2 ** 32 - 1);
});
