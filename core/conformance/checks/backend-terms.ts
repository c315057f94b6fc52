// Checks of the terms on which a backend works: its quotes, its refusals, its keys and tickets.

import { circuit, type Circuit } from "../../program/circuit.ts";
import { GATES } from "../../program/gates.ts";
import { isGate, OPERATION_NAMES, type OperationName } from "../../program/operation.ts";
import { batch, PROGRAM_KINDS, sizeOf, type CircuitKind, type Program } from "../../program/program.ts";
import { complain, skipBecause, type Check, type Subjects } from "../check.ts";
import {
  accessFor,
  circuitKinds,
  freshKey,
  mustBeKnown,
  programOf,
  programsFor,
  refusalOf,
  ringProgram,
  settle,
  submit,
  turning,
} from "./programs.ts";

export const TERMS_CHECKS: readonly Check<"backend">[] = [
  {
    id: "backend.quotes",
    title: "quotes what a program is: its qubits, depth, shots and price",
    async run(backend, { served }) {
      for (const program of programsFor(backend)) {
        const outcome = await served.quote(backend.name, program);
        if (!outcome.ok) return complain(`it quotes no ${program.kind} program: ${outcome.failure.message}`);
        const { money, currency, seconds, qubits, depth, shots } = outcome.value;
        const due = sizeOf(program);
        const { prices } = backend;
        if (!(money >= 0 && Number.isFinite(money))) complain(`a price of ${money}`);
        if (prices.perProgram + prices.perShot === 0 && money > 0)
          complain(`its price list is free, and it quotes ${money}`);
        if (currency !== prices.currency) complain(`it quotes ${currency}, its price list says ${prices.currency}`);
        if (!(seconds >= 0 && Number.isFinite(seconds))) complain(`a time of ${seconds} s`);
        if (qubits !== due.qubits) complain(`${qubits} qubits of ${due.qubits}`);
        if (depth !== due.depth) complain(`a depth of ${depth}, not ${due.depth}`);
        const isRight = shots === due.shots || (due.shots === 0 && !backend.exact);
        if (!isRight) complain(`${shots} shots for its ${program.kind} program: ${due.shots} are due`);
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
      const tooLarge = [
        ...circuitKinds(backend).map((kind) => programOf(kind, wide)),
        ...(backend.kinds.includes("anneal") ? [ringProgram(backend.qubits + 1)] : []),
      ];
      for (const program of tooLarge) {
        const failure = await refusalOf(program, backend, kit);
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
        if (!backend.kinds.includes(kind))
          await refusalOf(kind === "anneal" ? ringProgram(2) : programOf(kind, circuit(1).build()), backend, kit);
      const kind = circuitKinds(backend)[0];
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
      const programs = [
        ...circuitKinds(backend).flatMap((kind) => malformed(kind, backend)),
        ...(backend.kinds.includes("anneal") ? malformedProblems() : []),
      ];
      for (const program of programs) await refusalOf(program, backend, kit);
    },
  },
  {
    id: "backend.submission",
    title: "knows a submission again as it declares",
    async run(backend, kit) {
      const { name, submission } = backend;
      const { served } = kit;
      const access = accessFor(kit, name);
      const found = await served.find(name, freshKey(), access);
      if (found) complain("it found a submission under a key that was never used");
      if (submission === "unsure") return skipBecause("it declares that nobody can tell");
      for (const seeded of programsFor(backend)) {
        // Without a seed: what the key alone decides.
        const { seed: _seed, ...program } = { seed: 0, ...seeded };
        const key = freshKey();
        const first = JSON.stringify(await submit(kit, name, program as Program, key));
        const again = await (submission === "once"
          ? served.submit(name, program as Program, key, access)
          : served.find(name, key, access));
        if (!again) return complain(`it is findable, and does not find the ${seeded.kind} program under its key`);
        if (JSON.stringify(await settle(kit, name, again)) !== first)
          complain(`a ${seeded.kind} program under the same key gave another answer`);
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

function malformedProblems(): Program[] {
  const sound = ringProgram(3);
  const { problem } = sound;
  const { first, second, values } = problem.couplings;
  return [
    { ...sound, problem: { ...problem, linear: Float64Array.of(Number.NaN, 0, 0) } },
    { ...sound, problem: { ...problem, linear: Float64Array.of(0, 0) } },
    { ...sound, problem: { ...problem, couplings: { first: second, second: first, values } } },
    { ...sound, reads: 0 },
  ];
}

/** Barriers are left out where they mean nothing, and nobody is asked to refuse them. */
const EVERY_OPERATION = OPERATION_NAMES.filter((name) => name !== "barrier");

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

function malformed(kind: CircuitKind, backend: Subjects["backend"]): Program[] {
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
