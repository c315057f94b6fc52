// Checks of the terms on which a backend works: its quotes, its refusals, its keys and tickets.

import { ERRORS, type Failure } from "../../failure.ts";
import { circuit, depth, type Circuit } from "../../program/circuit.ts";
import { GATES, type GateName } from "../../program/gates.ts";
import { isGate, OTHER_OPERATIONS, type OperationName } from "../../program/operation.ts";
import { batch, batchesOf, PROGRAM_KINDS, type Program } from "../../program/program.ts";
import { complain, skipBecause, type Check, type Subjects } from "../check.ts";
import type { Kit } from "../kit.ts";
import { accessFor, everyGate, freshKey, programOf, settle, submit, turning, twoRows } from "./programs.ts";

const programsFor = (backend: Subjects["backend"]): Program[] =>
  backend.kinds.map((kind) => programOf(kind, everyGate(backend, 1), twoRows));

export const TERMS_CHECKS: readonly Check<"backend">[] = [
  {
    id: "backend.quotes",
    title: "quotes what a program is: its qubits, depth, shots and price",
    async run(backend, { served }) {
      for (const program of programsFor(backend)) {
        const outcome = await served.quote(backend.name, program);
        if (!outcome.ok) return complain(`it quotes no ${program.kind} program: ${outcome.failure.message}`);
        const { money, currency, seconds, qubits, depth: quoted, shots } = outcome.value;
        const rows = batchesOf(program)[0]?.rows ?? 0;
        const drawn = program.kind === "sample" ? rows * program.shots : 0;
        const { prices } = backend;
        if (!(money >= 0 && Number.isFinite(money))) complain(`a price of ${money}`);
        if (prices.perProgram + prices.perShot === 0 && money > 0)
          complain(`its price list is free, and it quotes ${money}`);
        if (currency !== prices.currency) complain(`it quotes ${currency}, its price list says ${prices.currency}`);
        if (!(seconds >= 0 && Number.isFinite(seconds))) complain(`a time of ${seconds} s`);
        if (qubits !== program.circuit.qubits) complain(`${qubits} qubits of ${program.circuit.qubits}`);
        if (quoted !== depth(program.circuit)) complain(`a depth of ${quoted}, not ${depth(program.circuit)}`);
        const isRight = shots === drawn || (drawn === 0 && !backend.exact);
        if (!isRight) complain(`${shots} shots for ${rows} rows of a ${program.kind} program: ${drawn} are due`);
      }
    },
  },
  {
    id: "backend.quotes-purely",
    title: "quotes the same program the same, as often as it is asked",
    async run(backend, { served }) {
      for (const program of programsFor(backend)) {
        const quote = async () => JSON.stringify(await served.quote(backend.name, program));
        if ((await quote()) !== (await quote())) complain(`two quotes of one ${program.kind} program differ`);
      }
    },
  },
  {
    id: "backend.refuses-too-large",
    title: "refuses more than it has, and says what to do",
    async run(backend, kit) {
      const wide = circuit(backend.qubits + 1).build();
      for (const kind of backend.kinds) {
        const failure = await refusalOf(programOf(kind, wide), backend, kit);
        if (!failure.hint) complain(`"${failure.message}" has no hint: what can the caller do next?`);
      }
    },
  },
  {
    id: "backend.refuses-the-undeclared",
    title: "refuses program kinds and gates that it does not declare",
    skip: ({ kinds, gates }) =>
      kinds.length === PROGRAM_KINDS.length && EVERY_OPERATION.every((name) => gates.includes(name))
        ? "it declares every kind and every operation"
        : undefined,
    async run(backend, kit) {
      for (const kind of PROGRAM_KINDS)
        if (!backend.kinds.includes(kind)) await refusalOf(programOf(kind, circuit(1).build()), backend, kit);
      const kind = backend.kinds[0];
      if (!kind) return;
      for (const name of EVERY_OPERATION) {
        const only = backend.gates.includes(name) ? undefined : onlyWith(name);
        if (only && only.qubits <= backend.qubits) await refusalOf(programOf(kind, only), backend, kit);
      }
    },
  },
  {
    id: "backend.refuses-malformed",
    title: "refuses a program that nobody could run",
    async run(backend, kit) {
      for (const kind of backend.kinds)
        for (const program of malformed(kind, backend)) await refusalOf(program, backend, kit);
    },
  },
  {
    id: "backend.submission",
    title: "knows a submission again as it declares",
    async run({ name, submission, kinds, ...rest }, kit) {
      const { served } = kit;
      const access = accessFor(kit, name);
      const found = await served.find(name, freshKey(), access);
      if (found) complain("it found a submission under a key that was never used");
      if (submission === "unsure") return skipBecause("it declares that nobody can tell");
      const backend = { name, submission, kinds, ...rest };
      for (const kind of kinds) {
        // Without a seed: what the key alone decides.
        const { seed: _seed, ...program } = { seed: 0, ...programOf(kind, everyGate(backend, 1), twoRows) };
        const key = freshKey();
        const first = JSON.stringify(await submit(kit, name, program as Program, key));
        const again = await (submission === "once"
          ? served.submit(name, program as Program, key, access)
          : served.find(name, key, access));
        if (!again) return complain(`it is findable, and does not find the ${kind} program under its key`);
        if (JSON.stringify(await settle(kit, name, again)) !== first)
          complain(`a ${kind} program under the same key gave another answer`);
      }
    },
  },
  {
    id: "backend.tickets",
    title: "answers for a ticket that it does not know, and lets it be cancelled",
    async run({ name }, kit) {
      const { served } = kit;
      const access = accessFor(kit, name);
      const ticket = { id: "not-given-out" };
      const submission = await served.check(name, ticket, access);
      if (submission.state !== "failed") return complain(`it says of an unknown ticket that it is ${submission.state}`);
      mustBeKnown(submission.failure);
      await served.cancel(name, ticket, access);
    },
  },
];

/** Both the quote and the submission must refuse, by a code of the table. */
async function refusalOf(program: Program, backend: Subjects["backend"], kit: Kit): Promise<Failure> {
  const what = `a ${program.kind} program of ${program.circuit.qubits} qubits`;
  const quoted = await kit.served.quote(backend.name, program);
  if (quoted.ok) return complain(`it quotes ${what} that it should refuse`);
  const submission = await submit(kit, backend.name, program);
  if (submission.state !== "failed") return complain(`it runs ${what} that it should refuse`);
  mustBeKnown(quoted.failure);
  mustBeKnown(submission.failure);
  return submission.failure;
}

function mustBeKnown({ code }: Failure): void {
  if (!Object.hasOwn(ERRORS, code)) complain(`${code} is not in the table of errors`);
}

/** Barriers are left out where they mean nothing, and nobody is asked to refuse them. */
const EVERY_OPERATION: readonly OperationName[] = [
  ...(Object.keys(GATES) as GateName[]),
  ...OTHER_OPERATIONS.filter((name) => name !== "barrier"),
];

/** The least circuit that has an operation of this name. */
function onlyWith(name: OperationName): Circuit {
  if (name === "unitary") return circuit(1).unitary(0, [0, 0, 1, 0, 1, 0, 0, 0]).build();
  if (name === "diagonal")
    return circuit(1)
      .diagonal([0], [{ coefficient: 1, places: [0] }], 0.1)
      .build();
  if (name === "measure") return circuit(1, [], 1).measure(0, 0).build();
  if (name === "reset") return circuit(1).reset(0).build();
  if (name === "if")
    return circuit(1, [], 1)
      .append({ name, bits: [0], equals: "1", body: [] })
      .build();
  if (name === "barrier") return circuit(1).barrier(0).build();
  const { qubits, angles } = GATES[name];
  const on = Array.from({ length: qubits }, (_, qubit) => qubit);
  return circuit(Math.max(1, qubits))
    .add(name, on, ...Array<number>(angles).fill(0.1))
    .build();
}

function malformed(kind: Program["kind"], backend: Subjects["backend"]): Program[] {
  const turned = turning(backend);
  const off: Circuit = {
    ...turned,
    gates: turned.gates.filter(isGate).map((gate) => ({ ...gate, qubits: [1] })),
  };
  return [
    programOf(kind, off, batch([[0.1]])),
    programOf(kind, turned, batch([[Number.NaN]])),
    programOf(kind, turned, batch([[0.1, 0.2]])),
    programOf(kind, { ...turned, qubits: 0 }, batch([[0.1]])),
  ];
}
