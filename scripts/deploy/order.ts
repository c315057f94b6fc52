// In which order Workers are deployed: each after every other one that it binds, as a service or by an object's script.

import { boundBy, type Worker } from "../wrangler-config.ts";

export function deployOrder<W extends Pick<Worker, "name" | "config">>(workers: readonly W[]): W[] {
  const byName = new Map(workers.map((worker) => [worker.name, worker]));
  const ordered = new Set<W>();
  const visit = (worker: W, path: readonly string[]): void => {
    if (ordered.has(worker)) return;
    if (path.includes(worker.name))
      throw new Error(`these Workers bind each other in a circle: ${[...path, worker.name].join(" → ")}`);
    for (const name of boundBy(worker)) {
      const bound = byName.get(name);
      if (!bound) throw new Error(`${worker.name} binds "${name}", which is not deployed`);
      visit(bound, [...path, worker.name]);
    }
    ordered.add(worker);
  };
  for (const worker of workers) visit(worker, []);
  return [...ordered];
}
