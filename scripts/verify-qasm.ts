// Holds the OpenQASM reader and printer against files of others: what is valid is read, or refused by name, what is not
// is refused; what is read and printed reads back as the same; pairs of circuits draw the same bits.

import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { encode, Refusal, type Circuit, type Failure } from "@eigentwin/core";
import { distributionOf } from "@eigentwin/core/conformance";
import { parseQasm, toQasm } from "@eigentwin/core/qasm";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { publish, type Bar } from "./report.ts";

const USAGE = `npm run verify:qasm -- FOLDER [--json FILE]

FOLDER holds qasm2/ (QASMBench and others) and qasm3/ (grammar tests and examples of the specification).`;

/** Files that measure a register they do not declare. */
const MUST_REFUSE = /^vqe_uccsd_n\d+(?:_transpiled)?\.qasm$/;
/** The reference is exact and slow: pairs beyond this are for a simulator. */
const LARGEST_PAIR = 8;
const GRCS_8 = 0.0007324;

interface Text {
  readonly set: string;
  readonly name: string;
  readonly source: string;
  readonly due: "read" | "refused" | "read or refused by name";
}

interface Found extends Text {
  readonly circuit?: Circuit;
  readonly failure?: Failure;
  readonly milliseconds: number;
}

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { json: { type: "string" }, help: { type: "boolean" } },
});
const [given] = positionals;
if (!given) misused(USAGE, new Error("the folder with the files is due"));
const folder = fromHere(given);
if (!existsSync(join(folder, "qasm2")) || !existsSync(join(folder, "qasm3")))
  misused(USAGE, new Error(`${given} does not hold qasm2/ and qasm3/: without these files nothing is verified`));

const found = textsIn(folder).map(read);
const sets = [...new Set(found.map(({ set }) => set))];
const wrong = found.filter((one) => !isAsDue(one));
const changed = found.filter(({ circuit }) => circuit && !readsBack(circuit));
const { compared, furthest } = pairs(found);
const speed = linesPerSecond();

publish(
  {
    title: "OpenQASM against files of others",
    columns: [
      { key: "set" },
      { key: "texts" },
      { key: "read" },
      { key: "syntax", title: "refused: syntax" },
      { key: "inconsistent", title: "refused: inconsistent" },
      { key: "unsupported", title: "refused: unsupported" },
      { key: "wrong" },
      { key: "slowest", title: "slowest ms", digits: 1 },
    ],
    rows: sets.map((set) =>
      rowOf(
        set,
        found.filter((one) => one.set === set),
      ),
    ),
    bars: [
      { name: "texts not read or refused as they should be", value: wrong.length, atMost: 0 },
      { name: "circuits that print and do not read back", value: changed.length, atMost: 0 },
      { name: `pairs of up to ${LARGEST_PAIR} qubits compared`, value: compared, atLeast: 1 },
      { name: "largest difference of a probability in a pair", value: furthest, atMost: 1e-6 },
      ...grcs(found),
      { name: "lines a second, of 100,000", value: speed, atLeast: 10_000 },
    ],
    notes: [...wrong, ...changed].map(({ set, name, failure }) => `${set} ${name}: ${failure?.message ?? "was read"}`),
  },
  { json: values.json && fromHere(values.json) },
);

function textsIn(root: string): Text[] {
  const files = (pattern: string) =>
    globSync(pattern, { cwd: root })
      .sort()
      .map((path) => join(root, path));
  const whole = (set: string, pattern: string, due: Text["due"]): Text[] =>
    files(pattern).map((path) => {
      const name = basename(path);
      return { set, name, source: readFileSync(path, "utf8"), due: MUST_REFUSE.test(name) ? "refused" : due };
    });
  return [
    ...["qasmbench-small", "qasmbench-medium", "feynman", "equivalence"].flatMap((set) =>
      whole(set, `qasm2/${set}/*.qasm`, "read"),
    ),
    ...whole("heisenberg", "qasm2/*.qasm", "read"),
    ...whole("braket", "qasm3/braket/*.qasm", "read or refused by name"),
    ...whole("examples", "qasm3/examples/*.qasm", "read or refused by name"),
    ...files("qasm3/grammar-reference/*.yaml").map((path): Text => ({
      set: "grammar-reference",
      name: basename(path),
      source: sourceIn(readFileSync(path, "utf8")),
      due: "read or refused by name",
    })),
    ...files("qasm3/grammar-invalid/*.qasm").flatMap((path) =>
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line.trim() && !line.startsWith("//"))
        .map((source): Text => ({
          set: "grammar-invalid",
          name: `${basename(path)}: ${source}`,
          source,
          due: "refused",
        })),
    ),
  ];
}

/** The block under `source: |`, with its indent taken away. */
function sourceIn(yaml: string): string {
  const [, block = ""] = /source: \|\n((?: {2}.*\n|\n)*)/.exec(yaml) ?? [];
  return block.replaceAll(/^ {2}/gm, "");
}

function read(text: Text): Found {
  const start = performance.now();
  try {
    const circuit = parseQasm(text.source);
    return { ...text, circuit, milliseconds: performance.now() - start };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...text, failure: error.failure, milliseconds: performance.now() - start };
  }
}

/** Every refusal names its place; one by name says more than that the text is not well-formed. */
function isAsDue({ due, circuit, failure }: Found): boolean {
  if (failure && !/^line \d+, column \d+$/.test(failure.at ?? "")) return false;
  if (due === "read") return circuit !== undefined;
  return due === "refused" ? circuit === undefined : failure?.code !== "program.syntax";
}

function readsBack(circuit: Circuit): boolean {
  return Buffer.compare(encode(parseQasm(toQasm(circuit))), encode(circuit)) === 0;
}

function rowOf(set: string, of: readonly Found[]) {
  const refused = (code: Failure["code"]) => of.filter(({ failure }) => failure?.code === code).length;
  return {
    set,
    texts: of.length,
    read: of.filter(({ circuit }) => circuit).length,
    syntax: refused("program.syntax"),
    inconsistent: refused("program.inconsistent"),
    unsupported: refused("program.unsupported"),
    wrong: of.filter((one) => !isAsDue(one)).length,
    slowest: Math.max(...of.map(({ milliseconds }) => milliseconds)),
  };
}

/** A circuit and what a compiler made of it measure the same distribution. */
function pairs(of: readonly Found[]): { compared: number; furthest: number } {
  let [compared, furthest] = [0, 0];
  for (const { name, circuit } of of) {
    const partner = of.find((one) => one.name === name.replace(/\.qasm$/, "_transpiled.qasm"));
    if (!circuit?.bits || !partner?.circuit?.bits || partner.name === name) continue;
    if (Math.max(circuit.qubits, partner.circuit.qubits) > LARGEST_PAIR) continue;
    const [a, b] = [distributionOf(circuit, []), distributionOf(partner.circuit, [])];
    for (const bits of new Set([...a.keys(), ...b.keys()]))
      furthest = Math.max(furthest, Math.abs((a.get(bits) ?? 0) - (b.get(bits) ?? 0)));
    compared += 1;
  }
  return { compared, furthest };
}

/** The published probability of all zeros, with as many digits as were published. */
function grcs(of: readonly Found[]): Bar[] {
  const circuit = of.find(({ name }) => name === "grcs_8.qasm")?.circuit;
  if (!circuit) return [];
  const p = distributionOf(circuit, []).get("0".repeat(circuit.qubits)) ?? 0;
  return [{ name: "grcs_8: |p(0) - 0.0007324|", value: Math.abs(p - GRCS_8), atMost: 1e-7 }];
}

function linesPerSecond(): number {
  const lines = Array.from({ length: 100_000 }, (_, k) => {
    const [a, b] = [k % 20, (7 * k + 3) % 20];
    if (k % 3) return `u3(${(k / 1000).toFixed(5)},pi/4,-pi/${1 + (k % 5)}) q[${a}];`;
    return a === b ? `h q[${a}];` : `cx q[${a}],q[${b}];`;
  });
  const source = ["OPENQASM 2.0;", 'include "qelib1.inc";', "qreg q[20];", ...lines].join("\n");
  const start = performance.now();
  parseQasm(source);
  return lines.length / ((performance.now() - start) / 1000);
}
