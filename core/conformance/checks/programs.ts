// Programs for backends: small, made only of what a backend declares, with answers that the reference knows.

import { complain, skipBecause, type Subjects } from "../check.ts";
import type { Kit } from "../kit.ts";
import type { BackendAccess, BackendDescription, Submission } from "../../backend.ts";
import { ERRORS } from "../../errors.ts";
import { type Failure } from "../../failure.ts";
import { circuit, type Circuit } from "../../program/circuit.ts";
import { GATES, isGateName, type GateName } from "../../program/gates.ts";
import { pauli, type PauliSum } from "../../program/observable.ts";
import type { AnnealProgram } from "../../program/anneal.ts";
import { annealProblem } from "../../program/ising.ts";
import {
  batch,
  CIRCUIT_KINDS,
  noParameters,
  sizeOf,
  type Batch,
  type CircuitKind,
  type CircuitProgram,
  type Program,
  type ProgramResult,
} from "../../program/program.ts";
import { randomFrom } from "../../run/random.ts";

export const SHOTS = 4096;
export const READS = 128;
export const SEED = 11;
const POLLS = 100;

/** Every declared gate once and again, on qubits and by angles drawn from a seed; then whatever else it declares of unitaries. */
export function everyGate({ gates, qubits, controls = 0 }: BackendDescription, seed: number): Circuit {
  const random = randomFrom(seed);
  const width = Math.min(3, qubits);
  const below = (limit: number) => Math.floor(random() * limit);
  const places = (count: number) => {
    const left = Array.from({ length: width }, (_, qubit) => qubit);
    return Array.from({ length: count }, () => left.splice(below(left.length), 1)[0] ?? 0);
  };
  const angle = () => ({ constant: random(), of: { a: 1, b: 2 * random() } });
  const names = gates.filter((name) => isGateName(name)).filter((name) => GATES[name].qubits <= width);
  const builder = circuit(width, ["a", "b"]);
  for (const name of [...names, ...names])
    builder.add(name, places(GATES[name].qubits), ...Array.from({ length: GATES[name].angles }, angle));
  if (gates.includes("unitary")) builder.unitary(places(1), QUARTER_TURN);
  if (gates.includes("diagonal"))
    builder.diagonal(places(width), [{ coefficient: 0.7, places: [0, width - 1].slice(0, width) }], angle());
  for (const name of names)
    for (let count = 1; count <= controls && count + GATES[name].qubits <= width; count++) {
      const [on, by] = [places(width), below(2) as 0 | 1];
      const controlled = on.slice(0, count).map((qubit) => ({ qubit, value: by }));
      const angles = Array.from({ length: GATES[name].angles }, angle);
      builder.controlled(controlled, name, on.slice(count, count + GATES[name].qubits), ...angles);
    }
  return builder.build();
}

/** What a backend that declares measurement may be asked beside gates: bits read on the way, and what hangs on them. */
export function measuring({ gates, qubits }: BackendDescription): Circuit {
  const width = Math.min(2, qubits);
  const turn = (["ry", "rx", "h"] as const satisfies GateName[]).find((name) => gates.includes(name));
  if (!turn) return skipBecause("it declares neither ry, rx nor h");
  const turned = (qubit: number) =>
    circuit(width)
      .add(turn, qubit, ...(turn === "h" ? [] : [1.2]))
      .build().gates;
  const builder = circuit(width, [], 3);
  builder
    .append(...turned(0))
    .measure(0, 0)
    .append(...turned(0))
    .measure(0, 2);
  if (gates.includes("if"))
    builder.append({ name: "if", bits: [0, 2], equals: "10", body: turned(width - 1), otherwise: turned(0) });
  if (gates.includes("reset")) builder.reset(0).append(...turned(0));
  return builder.measure(width - 1, 1).build();
}

/** diag(1, i): a quarter turn. */
const QUARTER_TURN = [1, 0, 0, 0, 0, 0, 0, 1];

/** One qubit turned by its parameter; a backend that cannot turn one is not asked. */
export function turning({ gates }: BackendDescription): Circuit {
  const turn = (["ry", "rx"] as const satisfies GateName[]).find((name) => gates.includes(name));
  return turn ? circuit(1, ["angle"]).add(turn, 0, "angle").build() : skipBecause("it declares neither ry nor rx");
}

export const circuitKinds = ({ kinds }: Pick<BackendDescription, "kinds">): CircuitKind[] =>
  CIRCUIT_KINDS.filter((kind) => kinds.includes(kind));

/** Why it is not asked to run a circuit. */
export const runsNoCircuit = (backend: Pick<BackendDescription, "kinds">): string | undefined =>
  circuitKinds(backend).length > 0 ? undefined : "it runs no circuits";

/** A ring in which neighbours want to differ; as spins it has two optima or more, so that chance shows. */
export function ringProgram(variables: number): AnnealProgram {
  const couplings = Array.from({ length: variables - 1 }, (_, i) => [i, i + 1, 1] as const);
  const linear = new Float64Array(variables);
  const problem = annealProblem({ vartype: "spin", linear, couplings });
  return { kind: "anneal", problem, reads: READS, seed: SEED };
}

/** One program of each kind that a backend declares. */
export const programsFor = (backend: BackendDescription): Program[] => [
  ...circuitKinds(backend).map((kind) => programOf(kind, everyGate(backend, 1), twoRows)),
  ...(backend.kinds.includes("anneal") ? [ringProgram(Math.min(4, backend.qubits))] : []),
];

/** Both the quote and the submission must refuse, by a code of the table. */
export async function refusalOf(program: Program, backend: Subjects["backend"], kit: Kit): Promise<Failure> {
  const what = `${program.kind === "anneal" ? "an" : "a"} ${program.kind} program of ${sizeOf(program).qubits} qubits`;
  const quoted = await kit.served.quote(backend.name, program);
  if (quoted.ok) return complain(`it quotes ${what} that it should refuse`);
  const submission = await submit(kit, backend.name, program);
  if (submission.state !== "failed") return complain(`it runs ${what} that it should refuse`);
  mustBeKnown(quoted.failure);
  mustBeKnown(submission.failure);
  return submission.failure;
}

export function mustBeKnown({ code }: Failure): void {
  if (!Object.hasOwn(ERRORS, code)) complain(`${code} is not in the table of errors`);
}

/** A program of a kind; for overlaps the rows stand on both sides. */
export function programOf(kind: CircuitKind, of: Circuit, rows: Batch = noParameters): CircuitProgram {
  if (kind === "sample") return { kind, circuit: of, parameters: rows, shots: SHOTS, seed: SEED };
  if (kind === "overlap") return { kind, circuit: of, left: rows, right: rows };
  return { kind, circuit: of, parameters: rows, observables: observablesOn(of.qubits) };
}

function observablesOn(qubits: number): PauliSum[] {
  const word = (letters: string) => letters.repeat(qubits).slice(0, qubits);
  const first = "Z".padEnd(qubits, "I");
  return [
    pauli(first),
    pauli(word("XYZ")),
    [...pauli(word("YZX"), 0.5), ...pauli(word("I"), -0.25), ...pauli(word("Z"))],
  ];
}

export const twoRows = batch([
  [0.3, 1.1],
  [-0.7, 0.4],
]);

let submitted = 0;

/** A key that no other submission has. */
export const freshKey = (): string => `conformance-${(submitted += 1)}`;

/** A secret of its own under every name that the backend declares. */
export function accessFor({ manifest }: Kit, backend: string): BackendAccess {
  const names = manifest.backends.find(({ name }) => name === backend)?.secrets ?? [];
  return { secrets: Object.fromEntries(names.map((name) => [name, `conformance-secret-${name}`])) };
}

/** Submits, waits for tickets, and gives what came of it. */
export async function settle(
  kit: Kit,
  backend: string,
  first: Submission,
): Promise<Exclude<Submission, { state: "waiting" }>> {
  let submission = first;
  for (let polls = 0; submission.state === "waiting" && polls < POLLS; polls++) {
    const { ticket, askAgainAfterMs } = submission;
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, askAgainAfterMs)));
    submission = await kit.served.check(backend, ticket, accessFor(kit, backend));
  }
  return submission.state === "waiting" ? complain(`after ${POLLS} checks its ticket still waits`) : submission;
}

export async function submit(kit: Kit, backend: string, program: Program, key = freshKey()) {
  return settle(kit, backend, await kit.served.submit(backend, program, key, accessFor(kit, backend)));
}

/** The result of a program that must be answered. */
export async function answer(kit: Kit, backend: string, program: Program): Promise<ProgramResult> {
  const submission = await submit(kit, backend, program);
  if (submission.state === "failed")
    return complain(`its ${program.kind} program failed: ${submission.failure.code}: ${submission.failure.message}`);
  return submission.result.kind === program.kind
    ? submission.result
    : complain(`it answered a ${program.kind} program with ${submission.result.kind}`);
}
