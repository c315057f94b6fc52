// The tree of an OpenQASM text: what is said, before anything of it means something.

/** Every node knows where it began in the text. */
interface Placed {
  readonly at: number;
}

export type Expression = Placed &
  (
    | { readonly kind: "number"; readonly value: number; readonly whole: boolean }
    | { readonly kind: "imaginary"; readonly value: number }
    | { readonly kind: "bits"; readonly text: string }
    | { readonly kind: "truth"; readonly value: boolean }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "physical"; readonly number: number }
    | { readonly kind: "unary"; readonly sign: string; readonly of: Expression }
    | { readonly kind: "binary"; readonly sign: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: "call"; readonly name: string; readonly given: readonly Expression[] }
    | { readonly kind: "cast"; readonly type: Type; readonly of: Expression }
    | { readonly kind: "index"; readonly of: Expression; readonly by: Index }
    | { readonly kind: "measure"; readonly of: Expression }
    | { readonly kind: "concatenation"; readonly parts: readonly Expression[] }
  );

export type Index =
  | { readonly kind: "one"; readonly value: Expression }
  | { readonly kind: "set"; readonly values: readonly Expression[] }
  | Range;

export interface Range {
  readonly kind: "range";
  readonly from?: Expression;
  readonly step?: Expression;
  readonly to?: Expression;
}

export type Scalar = "bit" | "int" | "uint" | "float" | "angle" | "bool" | "complex" | "qubit";

export interface Type {
  readonly name: Scalar;
  readonly width?: Expression;
}

export type Modifier = Placed & { readonly name: "ctrl" | "negctrl" | "inv" | "pow"; readonly by?: Expression };

export interface Argument {
  readonly name: string;
  readonly type: Type;
}

export interface GateDefinition extends Placed {
  readonly kind: "gate";
  readonly name: string;
  readonly angles: readonly string[];
  readonly qubits: readonly string[];
  readonly body: readonly Statement[];
}

export interface Routine extends Placed {
  readonly kind: "def";
  readonly name: string;
  readonly takes: readonly Argument[];
  readonly gives?: Type;
  readonly body: readonly Statement[];
}

export interface GateCall extends Placed {
  readonly kind: "apply";
  readonly name: string;
  readonly modifiers: readonly Modifier[];
  readonly angles: readonly Expression[];
  readonly on: readonly Expression[];
}

export type Statement =
  | GateDefinition
  | Routine
  | GateCall
  | (Placed &
      (
        | { readonly kind: "include"; readonly file: string }
        | { readonly kind: "opaque"; readonly name: string }
        | {
            readonly kind: "declare";
            readonly type: Type;
            readonly name: string;
            readonly constant: boolean;
            readonly value?: Expression;
          }
        | { readonly kind: "input"; readonly type: Type; readonly name: string }
        | { readonly kind: "alias"; readonly name: string; readonly value: Expression }
        | { readonly kind: "assign"; readonly to: Expression; readonly sign: string; readonly value: Expression }
        | { readonly kind: "measure"; readonly of: Expression; readonly to?: Expression }
        | { readonly kind: "reset"; readonly of: Expression }
        | { readonly kind: "barrier"; readonly on: readonly Expression[] }
        | { readonly kind: "nop" }
        | { readonly kind: "block"; readonly body: readonly Statement[] }
        | {
            readonly kind: "if";
            readonly condition: Expression;
            readonly body: readonly Statement[];
            readonly otherwise: readonly Statement[];
          }
        | { readonly kind: "for"; readonly name: string; readonly over: Index; readonly body: readonly Statement[] }
        | { readonly kind: "leave"; readonly by: "break" | "continue" | "end" }
        | { readonly kind: "return"; readonly value?: Expression }
        | { readonly kind: "expression"; readonly value: Expression }
      ));
