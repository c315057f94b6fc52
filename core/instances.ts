// Instances of a WebAssembly module (`@eigentwin/core/instances`), each lent to one program at a time, because programs
// take turns whenever one yields. Memory is used again; that of a large program is given back.

import { refuse } from "./failure.ts";

const PAGE_BYTES = 65_536;

export interface Instance {
  readonly memory: { readonly buffer: { readonly byteLength: number }; grow(pages: number): unknown };
}

export interface Sharing {
  /** As refusals name what the memory belongs to. */
  owner: string;
  /** Of all instances together but the one that is kept, those included that nobody uses and nobody has collected yet. */
  budgetBytes: number;
  /** WebAssembly memory never shrinks: an instance that is larger than this after its program is let go. */
  keptBytes: number;
}

/** Calls `use` with an instance whose memory has so many bytes and is nobody else's until `use` has ended. */
export type Borrow<I extends Instance> = <T>(bytes: number, use: (instance: I) => Promise<T>) => Promise<T>;

const sizeOf = ({ memory }: Instance): number => memory.buffer.byteLength;

export function instancesOf<I extends Instance>(start: () => I, { owner, budgetBytes, keptBytes }: Sharing): Borrow<I> {
  let kept: I | undefined;
  // What has been let go is used again until its memory is collected, which is taken that long anyway.
  const released = new Set<WeakRef<I["memory"]>>();
  const instanceOn = new WeakMap<I["memory"], I>();
  // A request that dies in the middle never returns its instance. Its memory counts until it has been collected.
  const held = new Set<WeakRef<I["memory"]>>();

  /** The one that is kept is small, and stands in nobody's way. */
  function heldBytes(): number {
    const all = alive(held).reduce((bytes, { buffer }) => bytes + buffer.byteLength, 0);
    return all - (kept ? sizeOf(kept) : 0);
  }

  function take(bytes: number): I {
    const isLarge = bytes > keptBytes;
    return (isLarge ? takeReleased() : undefined) ?? takeKept() ?? (isLarge ? undefined : takeFor(bytes)) ?? fresh();
  }

  function takeKept(): I | undefined {
    const one = kept;
    kept = undefined;
    return one;
  }

  /** A small program leaves what has been let go to be collected, as long as there is room beside it. */
  function takeFor(bytes: number): I | undefined {
    return heldBytes() + bytes > budgetBytes ? takeReleased() : undefined;
  }

  function takeReleased(): I | undefined {
    const largest = alive(released).reduce<I["memory"] | undefined>(
      (best, one) => (best && best.buffer.byteLength >= one.buffer.byteLength ? best : one),
      undefined,
    );
    for (const reference of released) if (reference.deref() === largest) released.delete(reference);
    return largest && instanceOn.get(largest);
  }

  function fresh(): I {
    const one = start();
    held.add(new WeakRef(one.memory));
    instanceOn.set(one.memory, one);
    return one;
  }

  function giveBack(one: I): void {
    if (kept === undefined && sizeOf(one) <= keptBytes) kept = one;
    else released.add(new WeakRef(one.memory));
  }

  function grow(one: I, bytes: number): void {
    const missing = bytes - sizeOf(one);
    if (missing <= 0) return;
    if (heldBytes() + missing > budgetBytes)
      refuse("backend.unavailable", `other programs hold the memory of ${owner}`, {
        hint: "Ask again in a few seconds.",
      });
    one.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }

  return async (bytes, use) => {
    const one = take(bytes);
    try {
      grow(one, bytes);
      return await use(one);
    } finally {
      giveBack(one);
    }
  };
}

/** What has not been collected; references to the rest are dropped. */
function alive<T extends object>(references: Set<WeakRef<T>>): T[] {
  return [...references].flatMap((reference) => {
    const one = reference.deref();
    if (one === undefined) references.delete(reference);
    return one === undefined ? [] : [one];
  });
}
