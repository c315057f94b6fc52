// Seeded randomness: the only source of chance in a run.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** The generator fills only half of its state from the seed: its first outputs still show it and are passed over. */
const WARM_UP = 16;

/** Uniform in [0, 1) by xoroshiro128+ from an integer seed; neighbouring seeds give unrelated sequences. */
export function randomFrom(seed: number): () => number {
  const generator = xoroshiro128plus(mixed(seed));
  for (let draw = 0; draw < WARM_UP; draw++) generator.next();
  return () => uniformFloat64(generator);
}

/** The finaliser of MurmurHash3 (Appleby, public domain): every bit of the seed reaches every bit of the result. */
function mixed(seed: number): number {
  let hash = seed | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** A 32-bit seed of its own for a named part: FNV-1a over the parent's seed and the name. */
export function seedFor(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
