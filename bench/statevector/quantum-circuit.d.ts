// What the bench calls of quantum-circuit, which brings no types.

declare module "quantum-circuit" {
  export default class QuantumCircuit {
    constructor(qubits: number);
    addGate(name: string, column: number, wires: number[], options: { params?: Record<string, number> }): void;
    run(): void;
  }
}
