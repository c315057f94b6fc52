// `npm run test:memory`: thousands of mixed programs in one isolate of workerd end with the memory of the first hundred.

import { fromHere, misused, readArguments } from "../../scripts/arguments.ts";
import { publish } from "../../scripts/report.ts";
import { startIsolate, type Held } from "./isolate.ts";

const USAGE = `npm run test:memory -- [--programs N] [--json FILE]

  --programs N  in hundreds (default: 10000)`;

const FIRST = 100;
/** Plans and instances that are kept come and go; what leaks with each program would be far more after thousands. */
const MORE_MIB = 1;

const { programs: given, json } = readArguments(USAGE, {
  options: { programs: { type: "string", default: "10000" }, json: { type: "string" }, help: { type: "boolean" } },
}).values;
const programs = Number(given);
if (!(programs > FIRST && programs % FIRST === 0)) misused(USAGE, new Error(`${given} programs are no hundreds`));

const isolate = await startIsolate();
const rows: (Held & { programs: number })[] = [];
const marks = new Set([1, 2, 5, 10, 25, 50, 75].map((percent) => Math.max(FIRST, (percent * programs) / 100)));
const start = performance.now();
for (let done = FIRST; done <= programs; done += FIRST) {
  await isolate.run(done - FIRST, FIRST);
  if (done === FIRST || marks.has(done) || done === programs) rows.push({ programs: done, ...(await isolate.held()) });
}
const seconds = (performance.now() - start) / 1000;
await isolate.stop();

const [first, last] = [rows[0], rows.at(-1)];
const mib = (bytes: number) => bytes / 2 ** 20;
publish(
  {
    title: "Memory of one isolate of workerd after so many mixed programs",
    columns: [
      { key: "programs" },
      { key: "heap", title: "heap MiB", digits: 2 },
      { key: "memory", title: "WebAssembly MiB", digits: 2 },
    ],
    rows: rows.map(({ programs: after, heap, memory }) => ({ programs: after, heap: mib(heap), memory: mib(memory) })),
    bars: [
      {
        name: "heap at the end beyond that of the first hundred, MiB",
        value: mib((last?.heap ?? Number.NaN) - (first?.heap ?? Number.NaN)),
        atMost: MORE_MIB,
      },
      {
        name: "WebAssembly memory at the end beyond that of the first hundred, MiB",
        value: mib((last?.memory ?? Number.NaN) - (first?.memory ?? Number.NaN)),
        atMost: MORE_MIB,
      },
    ],
    notes: [
      `${programs} programs in ${seconds.toFixed(0)} s, heap after two collections; one in a hundred has 18 qubits`,
    ],
  },
  { json: json && fromHere(json) },
);
