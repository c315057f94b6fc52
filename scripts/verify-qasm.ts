// Holds the OpenQASM reader and printer against files of others: what is valid is read, or refused by name, what is not
// is refused; what is read and printed reads back as the same; pairs of circuits measure the same distribution.

import { existsSync } from "node:fs";
import { encode, isUnitary, Refusal, type Circuit, type Failure } from "@eigentwin/core";
import { parseQasm, toQasm } from "@eigentwin/core/qasm";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { branchByBranch, distanceOf, distributionBy, type Distance } from "./qasm/distributions.ts";
import { SETS, textsIn, type Text } from "./qasm/texts.ts";
import { publish, type Bar } from "./report.ts";

const USAGE = `npm run verify:qasm -- FOLDER [--json FILE]

FOLDER holds qasm2/ (QASMBench and others) and qasm3/ (grammar tests and examples of the specification).
A pair is a QASMBench circuit and its transpiled form, whose angles are rounded: their exact distributions may differ by
1e-6 in any probability and by 1e-6 in all (half the sum of differences).`;

/** What the simulator holds in memory. */
const LARGEST_PAIR = 22;
/** Up to here the simulator is held to the reference, too, which is independent of it and slow. */
const LARGEST_REFERENCE = 10;
const GRCS_8 = 0.0007324;

interface Found extends Text {
  readonly circuit?: Circuit;
  readonly failure?: Failure;
  readonly milliseconds: number;
}

interface Pair extends Distance {
  readonly set: string;
  readonly name: string;
}

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { json: { type: "string" }, help: { type: "boolean" } },
});
const [given] = positionals;
if (!given) misused(USAGE, new Error("the folder with the files is due"));
const folder = fromHere(given);
const found = existsSync(folder) ? textsIn(folder).map(read) : [];
const missing = Object.entries(SETS).filter(([set]) => !found.some((one) => one.set === set));
if (found.length === 0)
  misused(USAGE, new Error(`${given} holds no ${Object.values(SETS).join(", ")}: nothing is verified`));

const simulator = statevectorSimulator();
const wrong = found.filter((one) => !isAsDue(one));
const changed = found.filter(({ circuit }) => circuit && !readsBack(circuit));
const { pairs, tooLarge } = await comparePairs(found);
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
      { key: "readBack", title: "print and read back" },
      { key: "pairs" },
      { key: "largest", title: "largest difference" },
      { key: "slowest", title: "slowest ms", digits: 1 },
    ],
    rows: Object.keys(SETS).map(rowOf),
    bars: [
      { name: "texts not read or refused as they should be", value: wrong.length, atMost: 0 },
      { name: "circuits that print and do not read back", value: changed.length, atMost: 0 },
      ...(found.some(isOfPair) ? barsOfPairs() : []),
      { name: "simulator and reference: largest difference", value: await againstReference(found), atMost: 1e-12 },
      ...(await grcs(found)),
      { name: "lines in a second of processor time, of 100,000", value: speed, atLeast: 10_000 },
    ],
    notes: [
      ...missing.map(([set, pattern]) => `${set}: no ${pattern} there, nothing is verified of it`),
      ...[...wrong, ...changed].map((one) => `WRONG ${said(one)}`),
      ...(tooLarge.length > 0 ? [`pairs beyond ${LARGEST_PAIR} qubits, not compared: ${tooLarge.join(", ")}`] : []),
      ...found.filter(({ due, failure }) => due !== "read" && failure?.code !== "program.syntax").map(said),
    ],
  },
  { json: values.json && fromHere(values.json) },
);

function said({ set, name, failure }: Found): string {
  return `${set} ${name}: ${failure?.message ?? "read"}`;
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

function rowOf(set: string) {
  const of = found.filter((one) => one.set === set);
  const refused = (code: Failure["code"]) => of.filter(({ failure }) => failure?.code === code).length;
  const compared = pairs.filter((pair) => pair.set === set);
  return {
    set,
    texts: of.length,
    read: of.filter(({ circuit }) => circuit).length,
    syntax: refused("program.syntax"),
    inconsistent: refused("program.inconsistent"),
    unsupported: refused("program.unsupported"),
    wrong: of.filter((one) => !isAsDue(one)).length,
    readBack: of.filter(({ circuit }) => circuit && readsBack(circuit)).length,
    pairs: compared.length,
    largest: compared.length > 0 ? Math.max(...compared.map(({ largest }) => largest)).toExponential(1) : null,
    slowest: of.length > 0 ? Math.max(...of.map(({ milliseconds }) => milliseconds)) : null,
  };
}

function isOfPair({ set }: Text): boolean {
  return set.startsWith("qasmbench");
}

function barsOfPairs(): Bar[] {
  const furthest = (by: keyof Distance) => Math.max(...pairs.map((pair) => pair[by]));
  return [
    { name: `pairs of up to ${LARGEST_PAIR} qubits compared`, value: pairs.length, atLeast: 1 },
    { name: "largest difference of a probability in a pair", value: furthest("largest"), atMost: 1e-6 },
    { name: "largest half sum of differences in a pair", value: furthest("total"), atMost: 1e-6 },
  ];
}

/** A circuit and what a compiler made of it measure the same distribution. */
async function comparePairs(of: readonly Found[]): Promise<{ pairs: Pair[]; tooLarge: string[] }> {
  const [all, tooLarge]: [Pair[], string[]] = [[], []];
  for (const { set, name, circuit } of of.filter(isOfPair)) {
    const partner = of.find((one) => one.name === name.replace(/(?<!_transpiled)\.qasm$/, "_transpiled.qasm"));
    if (!circuit || !partner?.circuit || partner.name === name) continue;
    if (Math.max(circuit.qubits, partner.circuit.qubits) > LARGEST_PAIR) {
      tooLarge.push(name);
      continue;
    }
    const [one, other] = [await distributionBy(simulator, circuit), await distributionBy(simulator, partner.circuit)];
    all.push({ set, name, ...distanceOf(one, other) });
  }
  return { pairs: all, tooLarge };
}

/** Two ways to the same distributions. */
async function againstReference(of: readonly Found[]): Promise<number> {
  let largest = 0;
  for (const { circuit } of of)
    if (circuit?.bits && circuit.qubits <= LARGEST_REFERENCE)
      largest = Math.max(
        largest,
        distanceOf(await distributionBy(simulator, circuit), branchByBranch(circuit)).largest,
      );
  return largest;
}

/** The published probability of all zeros, with as many digits as were published. */
async function grcs(of: readonly Found[]): Promise<Bar[]> {
  const one = of.find(({ name }) => name === "grcs_8.qasm");
  if (!one) return [];
  const isPure = one.circuit?.gates.every((gate) => isUnitary(gate)) ?? false;
  const [p = Number.NaN] = one.circuit && isPure ? await simulator.probabilities(one.circuit) : [];
  return [{ name: `grcs_8: |p(0) - ${GRCS_8}|`, value: Math.abs(p - GRCS_8), atMost: 1e-7 }];
}

function linesPerSecond(): number {
  const lines = Array.from({ length: 100_000 }, (_, k) => {
    const [a, b] = [k % 20, (7 * k + 3) % 20];
    if (k % 3) return `u3(${(k / 1000).toFixed(5)},pi/4,-pi/${1 + (k % 5)}) q[${a}];`;
    return a === b ? `h q[${a}];` : `cx q[${a}],q[${b}];`;
  });
  const source = ["OPENQASM 2.0;", 'include "qelib1.inc";', "qreg q[20];", ...lines].join("\n");
  const before = process.cpuUsage();
  parseQasm(source);
  const { user, system } = process.cpuUsage(before);
  return lines.length / ((user + system) / 1e6);
}
