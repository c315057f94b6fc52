// A compiled circuit (src/compile.ts): angles are bound to one row of parameters, then instructions run in order.

import { parity, phase } from "./diagonal";
import { EXCHANGE, FLIP, MATRIX, PARITY, PHASE, REAL, TURN } from "./opcode";
import { complex, exchange, flip, real } from "./pairs";

let instructions: usize = 0;
let coefficients: usize = 0;
let bindings: usize = 0;
let terms: usize = 0;
let parameters: usize = 0;

/** Addresses of the circuit that the next calls run. */
export function useCircuit(
  instructionsAt: usize,
  coefficientsAt: usize,
  bindingsAt: usize,
  termsAt: usize,
  parametersAt: usize,
): void {
  instructions = instructionsAt;
  coefficients = coefficientsAt;
  bindings = bindingsAt;
  terms = termsAt;
  parameters = parametersAt;
}

/** Writes cos and sin of scale * (constant + sum of coefficient * parameter) into the coefficients of a gate. */
export function bind(from: usize, to: usize): void {
  for (let index = from; index < to; index++) {
    const binding = bindings + index * 40;
    const end = terms + (<usize>load<f64>(binding, 16)) * 16;
    let angle = load<f64>(binding, 32);
    for (let term = terms + (<usize>load<f64>(binding, 8)) * 16; term < end; term += 16) {
      angle += load<f64>(term, 8) * load<f64>(parameters + (<usize>load<f64>(term)) * 8);
    }
    const at = coefficients + (<usize>load<f64>(binding)) * 8;
    NativeMath.sincos(load<f64>(binding, 24) * angle);
    store<f64>(at, NativeMath.sincos_cos);
    store<f64>(at, NativeMath.sincos_sin, 8);
  }
}

/** Runs the instructions from `from` up to `to`. */
export function apply(state: usize, size: usize, from: usize, to: usize): void {
  const end = instructions + to * 16;
  for (let at = instructions + from * 16; at < end; at += 16) {
    const a = <usize>load<u32>(at, 4);
    const b = <usize>load<u32>(at, 8);
    const coefficient = coefficients + (<usize>load<u32>(at, 12)) * 8;
    const insideVector = ((a | b) & 1) != 0;
    const c = load<f64>(coefficient);
    const s = load<f64>(coefficient, 8);
    switch (load<i32>(at)) {
      case EXCHANGE:
        if (insideVector) exchange<f64>(state, size, a, b);
        else exchange<v128>(state, size, a, b);
        break;
      case MATRIX:
        if (insideVector) complex<f64>(state, size, a, b, coefficient);
        else complex<v128>(state, size, a, b, coefficient);
        break;
      case REAL: {
        const m01 = load<f64>(coefficient, 16);
        const m10 = load<f64>(coefficient, 32);
        const m11 = load<f64>(coefficient, 48);
        if (insideVector) real<f64>(state, size, a, b, c, m01, m10, m11);
        else real<v128>(state, size, a, b, c, m01, m10, m11);
        break;
      }
      case TURN:
        if (insideVector) real<f64>(state, size, a, b, c, -s, s, c);
        else real<v128>(state, size, a, b, c, -s, s, c);
        break;
      case FLIP:
        if (insideVector) flip<f64>(state, size, a, b, c, s);
        else flip<v128>(state, size, a, b, c, s);
        break;
      case PHASE:
        phase(state, size, a, c, s);
        break;
      case PARITY:
        parity(state, size, a, c, s);
        break;
    }
  }
}
