// Expectation values of Pauli words, one pass over the state for each.
//
// A word maps |k> to i^y (-1)^|k & z| |k ^ x>, where x has the bits of X and Y, z those of Y and Z, and y counts the Ys.

import { signedBy } from "./diagonal";
import { both, sumOfLanes } from "./lanes";
import { planeBytes } from "./state";

/** Words are four 32-bit integers each: x, z, y, 0. */
export function expectations(state: usize, size: usize, words: usize, count: usize, values: usize): void {
  for (let word: usize = 0; word < count; word++) {
    const at = words + word * 16;
    store<f64>(values + word * 8, expectation(state, size, load<u32>(at), load<u32>(at, 4), load<u32>(at, 8)));
  }
}

function expectation(state: usize, size: usize, x: usize, z: usize, y: u32): f64 {
  const partner = (x & ~1) << 3;
  const signs = (z & ~1) << 3;
  // Both orders of a pair give the same real number, so k runs where the highest bit of x is clear and counts twice.
  const half: usize = partner ? (<usize>1) << (31 - clz(<u32>partner)) : size << 3;
  const swapsLanes = (x & 1) != 0;
  const takesImaginary = (y & 1) != 0;
  const imaginary = state + planeBytes(size);
  let sum = f64x2.splat(0);
  for (let run: usize = 0; run < size << 3; run += half << 1) {
    for (let k = run; k < run + half; k += 16) {
      const re = load<v128>(state + k);
      const im = load<v128>(imaginary + k);
      let reX = load<v128>(state + (k ^ partner));
      let imX = load<v128>(imaginary + (k ^ partner));
      if (swapsLanes) {
        reX = v128.shuffle<f64>(reX, reX, 1, 0);
        imX = v128.shuffle<f64>(imX, imX, 1, 0);
      }
      const product = takesImaginary
        ? f64x2.sub(f64x2.mul(re, imX), f64x2.mul(im, reX))
        : f64x2.add(f64x2.mul(re, reX), f64x2.mul(im, imX));
      sum = f64x2.add(sum, signedBy(product, k & signs));
    }
  }
  const total = sumOfLanes(f64x2.mul(sum, both(1, z & 1 ? -1 : 1))) * (partner ? 2 : 1);
  return y & 2 ? -total : total;
}
