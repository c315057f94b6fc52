// Many controls in terms of few: X and phases with any number of controls from cx, ccx and turns.
//
// Where qubits are idle they are borrowed and given back as they were (Barenco et al., Phys. Rev. A 52, 3457, 1995,
// lemmas 7.2 and 7.3); a phase on the last two qubits halves its angle and leaves one control fewer (lemma 7.5).

import { constantAngle, scaleAngle, type Angle } from "./angle.ts";
import type { GateName } from "./gates.ts";
import type { Gate } from "./operation.ts";

/** A gate in which every control is set. */
export const gate = (
  name: GateName,
  qubits: readonly number[],
  angles: readonly Angle[] = [],
  controls: readonly number[] = [],
): Gate => ({
  name,
  qubits,
  angles,
  ...(controls.length > 0 && { controls: controls.map((qubit) => ({ qubit, value: 1 as const })) }),
});

const x = (controls: readonly number[], target: number): Gate => gate("x", [target], [], controls);
const p = (angle: Angle, controls: readonly number[], target: number): Gate => gate("p", [target], [angle], controls);

/** X under three controls or more. */
export function controlledX(controls: readonly number[], target: number, idle: readonly number[]): Gate[] {
  if (controls.length < 3) return [x(controls, target)];
  if (idle.length >= controls.length - 2) return borrowed(controls, target, idle);
  const [helper] = idle;
  if (helper === undefined)
    return [gate("h", [target]), p(constantAngle(Math.PI), controls, target), gate("h", [target])];
  const split = Math.ceil((controls.length + 1) / 2);
  const [first, second] = [controls.slice(0, split), [...controls.slice(split), helper]];
  const gather = controlledX(first, helper, [...controls.slice(split), target, ...idle.slice(1)]);
  const use = controlledX(second, target, [...first, ...idle.slice(1)]);
  return [...gather, ...use, ...gather, ...use];
}

/** A chain of ccx through idle qubits, up and down twice, so that they end as they began. */
function borrowed(controls: readonly number[], target: number, idle: readonly number[]): Gate[] {
  const chain = [...idle.slice(0, controls.length - 2), target];
  const link = (k: number): Gate =>
    k === 0
      ? x([controls[0] ?? -1, controls[1] ?? -1], chain[0] ?? -1)
      : x([controls[k + 1] ?? -1, chain[k - 1] ?? -1], chain[k] ?? -1);
  const last = chain.length - 1;
  const down = Array.from({ length: last }, (_, k) => link(last - k));
  const up = Array.from({ length: last }, (_, k) => link(k + 1));
  const inner = [...down.slice(1), link(0), ...up.slice(0, -1)];
  return [...down, link(0), ...up, ...inner];
}

/** A phase under one control or more. */
export function controlledPhase(angle: Angle, controls: readonly number[], target: number): Gate[] {
  const half = scaleAngle(angle, 0.5);
  const minus = scaleAngle(angle, -0.5);
  const last = controls.at(-1) ?? -1;
  const others = controls.slice(0, -1);
  if (others.length === 0)
    return [p(half, [], last), x([last], target), p(minus, [], target), x([last], target), p(half, [], target)];
  return [p(half, [last], target), x(others, last), p(minus, [last], target), x(others, last), p(half, others, target)];
}

/** ccx from six cx and turns by an eighth. */
export function toffoli([a = -1, b = -1]: readonly number[], target: number): Gate[] {
  const [t, tdg] = [(on: number) => gate("t", [on]), (on: number) => gate("tdg", [on])];
  return [
    gate("h", [target]),
    x([b], target),
    tdg(target),
    x([a], target),
    t(target),
    x([b], target),
    tdg(target),
    x([a], target),
    t(b),
    t(target),
    gate("h", [target]),
    x([a], b),
    t(a),
    tdg(b),
    x([a], b),
  ];
}
