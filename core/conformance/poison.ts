// Takes clock, chance and network away from what runs inside: each use throws, and is told afterwards even if it was caught.

import { AsyncLocalStorage } from "node:async_hooks";

/** The kit's own clock, taken before it is ever poisoned. */
export const clockMs = performance.now.bind(performance);

/** Who is running: the globals of a process are shared, and only the plugin must do without them. */
const poisoned = new AsyncLocalStorage<Set<string>>();

function forbid(name: string): void {
  const touched = poisoned.getStore();
  if (!touched) return;
  touched.add(name);
  throw new Error(`${name} is not a plugin's to use: take \`now\`, \`random\` and data from the grant`);
}

const owners = { Date, Math, performance, crypto, globalThis } as const;

/** Methods that read the clock, draw or reach out. */
const METHODS = [
  ["Date", "now"],
  ["Math", "random"],
  ["performance", "now"],
  ["crypto", "getRandomValues"],
  ["crypto", "randomUUID"],
  ["globalThis", "fetch"],
  ["globalThis", "WebSocket"],
  ["globalThis", "EventSource"],
] as const;

/** What `work` gives, and the names of all that it should not have touched. */
export async function withoutWorld<T>(work: () => Promise<T>): Promise<{ value: T; touched: string[] }> {
  const restore = [...METHODS.flatMap(([owner, name]) => poisonMethod(owner, name)), poisonDate()];
  const touched = new Set<string>();
  try {
    return { value: await poisoned.run(touched, work), touched: [...touched] };
  } finally {
    for (const undo of restore.toReversed()) undo();
  }
}

function poisonMethod(ownerName: keyof typeof owners, name: string): (() => void)[] {
  const owner: object = owners[ownerName];
  const found: unknown = Reflect.get(owner, name);
  if (typeof found !== "function") return [];
  const shown = ownerName === "globalThis" ? name : `${ownerName}.${name}`;
  return [
    replace(
      owner,
      name,
      new Proxy(found, {
        apply(target, self, given) {
          forbid(shown);
          return Reflect.apply(target as () => unknown, self, given);
        },
        construct(target, given) {
          forbid(shown);
          return Reflect.construct(target, given) as object;
        },
      }),
    ),
  ];
}

/** `new Date(0)` is arithmetic; `new Date()` and `Date()` read the clock. */
function poisonDate(): () => void {
  const proxy = new Proxy(Date, {
    apply(target, self, given) {
      forbid("Date()");
      return Reflect.apply(target, self, given);
    },
    construct(target, given, as) {
      if (given.length === 0) forbid("new Date()");
      return Reflect.construct(target, given, as) as Date;
    },
  });
  return replace(globalThis, "Date", proxy);
}

function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}
