// What the bench calls of jsqubits, which brings no types.

declare module "jsqubits" {
  interface State {
    rotateY(qubit: number, angle: number): State;
    rotateZ(qubit: number, angle: number): State;
    cnot(control: number, target: number): State;
  }
  export function jsqubits(bits: string): State;
}
