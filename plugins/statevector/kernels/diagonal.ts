// Runs of diagonal gates as one pass: the phase of an amplitude is a polynomial of second degree in its index bits.
//
// Where bits of a tile have pairs they get a table of phases, built by doubling: with bit j set, the table so far times the
// factor of j and of its pairs. The bits outside have one value for a whole tile: a phase, and for each bit of the tile a
// factor. Factors of single bits need no table: a phase is a product of two from short lists, of the lower and higher bits.
//
// Factors are slots (bind.ts) of cosine and sine, in this order: the start (all lanes); for each bit of the table above
// the lanes its own (lanes: with the pairs of their bits) and, if it has pairs, those with the lower bits above the
// lanes; for each bit outside its own, those with earlier bits outside, and, if it crosses, one for the lanes and one for
// each bit of the tile above them.

import { copyFactor, double, im, re, setToOne, times } from "./factors";
import { LANE_BITS, signs, splat } from "./lanes";
import { ENTRY_BYTES, place } from "./permute";

/** Bits of a cross table that are walked innermost. */
const RUN_BITS: u32 = 5;

/** Scratch memory begins with factors of one tile alone: for its bits, then two tables of their products. */
let crossing: usize = 0;

export function setScratch(at: usize): void {
  crossing = at;
}

export function scratch(): usize {
  return crossing;
}

/** Where a tile goes that moves while it is multiplied (permute.ts). */
let whole: usize = 0;
let imaginary: usize = 0;
let targets: usize = 0;
let target: usize = 0;

/** For the next tile that moves. */
export function setTarget(toWhole: usize, toImaginary: usize, table: usize, first: usize): void {
  whole = toWhole;
  imaginary = toImaginary;
  targets = table;
  target = first;
}

/** Multiplies a tile by its table, repeated, and, if it is `turned`, by one phase. */
// @ts-ignore: decorator
@inline
function multiply(
  plane0: usize,
  plane1: usize,
  bytes: usize,
  table: usize,
  tableBytes: usize,
  phase: usize,
  turned: bool,
): void {
  const pr = load<v128>(phase);
  const pi = load<v128>(phase, 16);
  for (let run: usize = 0; run < bytes; run += tableBytes) {
    let entry = table;
    for (let at = run; at < run + tableBytes; at += 16) {
      const tr = load<v128>(entry);
      const ti = load<v128>(entry, 16);
      const br = turned ? re(tr, ti, pr, pi) : tr;
      const bi = turned ? im(tr, ti, pr, pi) : ti;
      const ar = load<v128>(plane0 + at);
      const ai = load<v128>(plane1 + at);
      store<v128>(plane0 + at, re(ar, ai, br, bi));
      store<v128>(plane1 + at, im(ar, ai, br, bi));
      entry += 32;
    }
  }
}

function applyTable(plane0: usize, plane1: usize, bytes: usize, table: usize, tableBytes: usize): void {
  multiply(plane0, plane1, bytes, table, tableBytes, table, false);
}

function applyTurned(
  plane0: usize,
  plane1: usize,
  bytes: usize,
  table: usize,
  tableBytes: usize,
  phase: usize,
): void {
  multiply(plane0, plane1, bytes, table, tableBytes, phase, true);
}

/**
 * One tile. `slots` are those of the bits inside, which have a table if they are `paired`; `outside` lists `count` index
 * bits (32-bit each), whose slots are `outsideSlots`; `base` is the index of the tile's first amplitude. `crosses` says that
 * bits outside have pairs with bits of the tile, `moves` that the tile goes elsewhere; one with a table must stay.
 */
export function applyDiagonal(
  plane0: usize,
  plane1: usize,
  tileBits: u32,
  bytes: usize,
  table: usize,
  tableBits: u32,
  paired: bool,
  slots: usize,
  outside: usize,
  count: u32,
  crosses: bool,
  outsideSlots: usize,
  base: usize,
  conjugate: v128,
  moves: bool,
): void {
  const tableBytes = (<usize>16) << (tableBits - LANE_BITS);
  if (paired && count == 0) {
    applyTable(plane0, plane1, bytes, table, tableBytes);
    return;
  }
  const phase = crossing;
  setToOne(phase);
  const factors = crossing + 32;
  const above = tileBits - LANE_BITS;
  const inside: u32 = paired ? 0 : tableBits - LANE_BITS + 1;
  const crossed = crosses ? above + 1 : 0;
  for (let bit: u32 = 0; bit <= above; bit++) {
    if (bit < inside) copyFactor(factors + bit * 32, slots + bit * 32, conjugate);
    else setToOne(factors + bit * 32);
  }
  let slot = outsideSlots;
  for (let one: u32 = 0; one < count; one++) {
    const set = ((base >> load<u32>(outside + one * 4)) & 1) != 0;
    if (set) times(phase, phase, slot, conjugate);
    slot += 32;
    for (let earlier: u32 = 0; earlier < one; earlier++) {
      if (set && ((base >> load<u32>(outside + earlier * 4)) & 1) != 0) times(phase, phase, slot, conjugate);
      slot += 32;
    }
    for (let bit: u32 = 0; bit < crossed; bit++) {
      if (set) times(factors + bit * 32, factors + bit * 32, slot, conjugate);
      slot += 32;
    }
  }
  if (paired && !crosses) {
    applyTurned(plane0, plane1, bytes, table, tableBytes, phase);
    return;
  }
  const runBits = min(RUN_BITS, above);
  const run = factors + (above + 1) * 32;
  const outer = run + ((<usize>32) << runBits);
  copyFactor(run, factors, splat(0));
  for (let bit: u32 = 0; bit < runBits; bit++) double(run, (<usize>1) << bit, factors + (bit + 1) * 32, splat(0));
  copyFactor(outer, phase, splat(0));
  for (let bit = runBits; bit < above; bit++)
    double(outer, (<usize>1) << (bit - runBits), factors + (bit + 1) * 32, splat(0));
  const outerEnd = outer + ((<usize>32) << (above - runBits));
  const runBytes = (<usize>16) << runBits;
  if (paired) applyFactors(plane0, plane1, outer, outerEnd, run, runBytes, table, (tableBytes << 1) - 1, true, false);
  else if (moves) applyFactors(plane0, plane1, outer, outerEnd, run, runBytes, table, 0, false, true);
  else applyFactors(plane0, plane1, outer, outerEnd, run, runBytes, table, 0, false, false);
}

/** Multiplies each run of a tile by the same list of factors and by one of its own, and by its table if it has one. */
// @ts-ignore: decorator
@inline
function applyFactors(
  plane0: usize,
  plane1: usize,
  outer: usize,
  outerEnd: usize,
  run: usize,
  runBytes: usize,
  table: usize,
  tableMask: usize,
  tabled: bool,
  moves: bool,
): void {
  const to = whole;
  const apart = imaginary;
  const first = target;
  let entry = targets;
  let at: usize = 0;
  for (let own = outer; own < outerEnd; own += 32) {
    const pr = load<v128>(own);
    const pi = load<v128>(own, 16);
    let factor = run;
    for (const end = at + runBytes; at < end; at += 16) {
      const fr = load<v128>(factor);
      const fi = load<v128>(factor, 16);
      let br = re(fr, fi, pr, pi);
      let bi = im(fr, fi, pr, pi);
      if (tabled) {
        const here = table + ((at << 1) & tableMask);
        const tr = load<v128>(here);
        const ti = load<v128>(here, 16);
        const gr = br;
        br = re(tr, ti, gr, bi);
        bi = im(tr, ti, gr, bi);
      }
      const ar = load<v128>(plane0 + at);
      const ai = load<v128>(plane1 + at);
      if (moves) {
        place(re(ar, ai, br, bi), im(ar, ai, br, bi), entry, to, apart, first);
        entry += ENTRY_BYTES;
      } else {
        store<v128>(plane0 + at, re(ar, ai, br, bi));
        store<v128>(plane1 + at, im(ar, ai, br, bi));
      }
      factor += 32;
    }
  }
}

/** Multiplies by one of two phases: `even` and `odd` slots by the parity of `mask` (of the tile's index) and `parity`. */
export function applyParity(
  plane0: usize,
  plane1: usize,
  bytes: usize,
  mask: u32,
  slot: usize,
  parity: u32,
  lanes: v128,
  conjugate: v128,
): void {
  const c = load<v128>(slot);
  const s = v128.xor(load<v128>(slot, 16), conjugate);
  const above = mask >> LANE_BITS;
  for (let at: usize = 0; at < bytes; at += 16) {
    const odd = (popcnt((<u32>(at >> 4)) & above) + parity) & 1;
    // The slot holds the phase of half the angle: the sine's sign is that of the parity.
    const bi = v128.xor(s, v128.xor(signs(odd), lanes));
    const ar = load<v128>(plane0 + at);
    const ai = load<v128>(plane1 + at);
    store<v128>(plane0 + at, re(ar, ai, c, bi));
    store<v128>(plane1 + at, im(ar, ai, c, bi));
  }
}
