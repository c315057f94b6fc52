// Checks of the run: a pure function of its inputs, its seed and its journal, that gives way and ends when it is told to.

import { memoryJournal } from "../../run/journal.ts";
import type { Manifest } from "../../plugin.ts";
import { answers } from "../../program/lower.ts";
import { REFERENCE, referenceBackend } from "../reference/backend.ts";
import { complain, skipBecause, type Check } from "../check.ts";
import { withoutWorld } from "../poison.ts";
import type { Asked } from "../ask.ts";
import { dying, keysOf } from "../dying.ts";

/** Another seed than that of all other runs. */
const OTHER_SEED = 20_260_101;
const LONG_MUST_TELL = 3;
/** Expectations and overlaps are lowered for it; it keeps of the rest what the capability needs. */
const samplingFor = ({ needs }: Manifest["capabilities"][number]): typeof REFERENCE => {
  const others = needs.backend?.kinds.filter((kind) => !answers(["sample"], kind)) ?? [];
  return { ...REFERENCE, kinds: ["sample", ...others], exact: false };
};

export const REPEAT_CHECKS: readonly Check<"capability">[] = [
  {
    id: "capability.repeats",
    title: "gives the same answer to the same seed",
    async run({ id }, kit) {
      const [first, second] = [await kit.answered(id), await kit.second(id)];
      if (first.digest !== second.digest) complain("two runs with the same seed gave different answers");
    },
  },
  {
    id: "capability.uses-only-its-grant",
    title: "uses neither clock, chance nor network",
    skip: (_capability, { isInProcess }) =>
      isInProcess ? undefined : "its globals are out of reach behind a binding: checked in one process",
    async run({ id }, kit) {
      await kit.answered(id);
      const { touched } = await withoutWorld(() => kit.ask(id));
      if (touched.length > 0)
        complain(`it used ${touched.join(", ")}: take \`now\`, \`random\` and data from the grant`);
    },
  },
  {
    id: "capability.any-seed",
    title: "answers whatever the seed",
    async run({ id }, kit) {
      await kit.answered(id);
      const { outcome } = await kit.ask(id, { seed: OTHER_SEED });
      if (!outcome.ok) complain(`with another seed: ${outcome.failure.code}: ${outcome.failure.message}`);
    },
  },
  {
    id: "capability.programs-as-declared",
    title: "sends only programs that it declared",
    async run({ id, needs }, kit) {
      const { programs } = await kit.answered(id);
      if (!needs.backend) return skipBecause("it declares no need of a backend, and the host would refuse any program");
      if (programs.length === 0) complain("it declares a need of a backend, and its example sends no program");
      for (const { kind, qubits } of programs) {
        if (!needs.backend.kinds.includes(kind))
          complain(`it sent a program of kind ${kind}, which it does not declare`);
        if (qubits > needs.backend.qubits) complain(`it sent ${qubits} qubits and declares ${needs.backend.qubits}`);
      }
    },
  },
  {
    id: "capability.any-backend",
    title: "answers as well where a backend only samples",
    async run(capability, kit) {
      const { id, needs } = capability;
      await kit.answered(id);
      if (!needs.backend) return skipBecause("it declares no need of a backend");
      const { outcome } = await kit.ask(id, { backend: referenceBackend(samplingFor(capability)) });
      if (!outcome.ok) complain(`with 1000 shots a row: ${outcome.failure.code}: ${outcome.failure.message}`);
    },
  },
  {
    id: "capability.replays",
    title: "killed anywhere, ends with the same answer and pays nothing twice",
    async run({ id }, kit) {
      const whole = await kit.repeated(id);
      if (whole.calls === 0) return skipBecause("it asks its grant for nothing: there is nothing to replay");
      const wanted = keysOf(whole.journal);
      for (const death of deathsOf(whole)) {
        const [journal, backend] = [memoryJournal(), referenceBackend()];
        await kit.ask(id, {
          journal,
          backend: dying(backend, death.program ?? Infinity),
          onCall: (number, attempt) => number >= (death.call ?? Infinity) && attempt.retire(),
        });
        const { digest, unasked, outcome } = await kit.ask(id, { journal, backend });
        const where = death.call ? `killed at call ${death.call} of its grant` : "killed when a program was paid";
        if (unasked.length > 0) complain(`${where}, it did not ask again for ${unasked.length} entries of its journal`);
        if (!outcome.ok) return complain(`${where}, it failed: ${outcome.failure.message}`);
        if (digest !== whole.digest) complain(`${where}, it gave another answer`);
        if (keysOf(journal) !== wanted) complain(`${where}, it asked for other things than without`);
        if (new Set(backend.paid).size < backend.paid.length) complain(`${where}, it paid for a program twice`);
      }
    },
  },
  {
    id: "capability.tells-progress",
    title: "tells a progress that never falls",
    async run({ id }, kit) {
      const { told } = await kit.answered(id);
      if (told.length === 0) return skipBecause("its example tells no progress");
      let before = 0;
      for (const { fraction, note } of told) {
        if (!(fraction >= 0 && fraction <= 1)) complain(`"${note}" is at ${fraction}, not between 0 and 1`);
        if (fraction < before) complain(`"${note}" falls from ${before} to ${fraction}`);
        before = fraction;
      }
    },
  },
  {
    id: "capability.gives-way",
    title: "gives way to others while it works",
    async run({ id, patienceMs }, kit) {
      const { told, silentMs } = await kit.answered(id);
      // Whoever computes without a pause outlasts the timer that should end it: only the clock shows it.
      if (silentMs > patienceMs) complain(`it was silent for ${Math.round(silentMs)} ms, and promises ${patienceMs}`);
      if ((await kit.example(id)).long && told.length < LONG_MUST_TELL)
        complain(`it is long and awaited \`progress\` ${told.length} times: at least ${LONG_MUST_TELL}, once a second`);
    },
  },
  {
    id: "capability.stops",
    title: "ends when it is cancelled, and answers nothing then",
    async run({ id }, kit) {
      const { calls } = await kit.answered(id);
      if (calls === 0) return skipBecause("it asks its grant for nothing: it cannot be told");
      const ending = new AbortController();
      const at = Math.ceil(calls / 2);
      const { outcome, refused } = await kit.ask(id, {
        signal: ending.signal,
        onCall(number, attempt) {
          if (number < at) return;
          attempt.retire();
          ending.abort();
        },
      });
      if (!outcome.ok && outcome.failure.code === "plugin.never-settled")
        complain(`cancelled at call ${at} of ${calls}, it did not end: ${outcome.failure.message}`);
      if (refused > 0 && outcome.ok) complain("its grant refused, and it answered all the same");
    },
  },
];

interface Death {
  /** Of the grant: this call and all that follow are refused. */
  call?: number;
  /** Of the backend: it takes and charges the program after so many, and its answer is lost. */
  program?: number;
}

function deathsOf({ calls, backend }: Asked): Death[] {
  const paid = backend.paid.length;
  return [
    { call: Math.ceil(calls / 2) },
    ...(calls > 1 ? [{ call: calls }] : []),
    ...(paid > 0 ? [{ program: Math.floor(paid / 2) }] : []),
  ];
}
