// One isolate that runs mixed programs, counts the WebAssembly memory that it holds, and answers while it computes.

import { circuit, noParameters } from "@eigentwin/core";
import { hasRelaxedSimd, loadSimulator, type Simulator } from "@eigentwin/statevector";
import relaxed from "@eigentwin/statevector/statevector-relaxed.wasm";
import plain from "@eigentwin/statevector/statevector.wasm";
import { runMixed } from "./mixed.ts";

/** Every memory of an instance that was made here and has not been collected. */
const memories = new Set<WeakRef<WebAssembly.Memory>>();

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, given: ConstructorParameters<typeof WebAssembly.Instance>) {
    const instance = new target(...given);
    memories.add(new WeakRef(instance.exports["memory"] as WebAssembly.Memory));
    return instance;
  },
});

const simulator: Simulator = loadSimulator(hasRelaxedSimd() ? relaxed : plain);

const leaked: unknown[] = [];

const ANSWERS: Readonly<Record<string, (search: URLSearchParams) => unknown>> = {
  "/mixed": async (search) => {
    const [from, count] = [Number(search.get("from")), Number(search.get("count"))];
    let sum = 0;
    for (let index = from; index < from + count; index++) sum += await runMixed(simulator, index);
    return sum;
  },
  "/memory": () => {
    const alive = new Set([...memories].map((one) => one.deref()));
    return [...alive].reduce((bytes, one) => bytes + (one?.buffer.byteLength ?? 0), 0);
  },
  "/leak": () => {
    const instance = new WebAssembly.Instance(plain, { env: { memory: new WebAssembly.Memory({ initial: 1 }) } });
    (instance.exports["memory"] as WebAssembly.Memory).grow(32);
    return leaked.push(
      instance,
      Array.from({ length: 1e6 }, (_, index) => `${index}`),
    );
  },
  "/long": async (search) => {
    const builder = circuit(17);
    for (let layer = 0; layer < Number(search.get("layers")); layer++)
      for (let q = 0; q < 17; q++) builder.add(layer % 2 ? "rx" : "ry", q, layer + q);
    const program = { kind: "sample", circuit: builder.build(), parameters: noParameters, shots: 1, seed: 1 } as const;
    return (await simulator.run(program)).histograms.length;
  },
};

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const answer = ANSWERS[pathname];
    return answer ? Response.json(await answer(searchParams)) : new Response(undefined, { status: 404 });
  },
};
