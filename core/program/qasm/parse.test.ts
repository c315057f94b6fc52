import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distributionOf } from "../../conformance/reference/distribution.ts";
import { Refusal, type Failure } from "../../failure.ts";
import { distance } from "../matrix.ts";
import { isGate, type Operation } from "../operation.ts";
import { unitaryOf } from "../testing/dense.ts";
import { parseQasm } from "./parse.ts";

const HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n';

function failureOf(source: string): Failure | undefined {
  try {
    parseQasm(source);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
}

/** Names with their qubits: enough to see what was applied to what. */
const applied = (source: string): string[] =>
  parseQasm(source).gates.map((one) => `${one.name} ${one.name === "if" ? one.equals : one.qubits.join(",")}`);

const sameUnitary = (left: string, right: string): number =>
  distance(unitaryOf(parseQasm(left)), unitaryOf(parseQasm(right)));

describe("registers", () => {
  test.each<[string, string, string[]]>([
    ["a register broadcasts", "qubit[2] q; h q;", ["h 0", "h 1"]],
    ["registers go side by side", "qubit[2] a; qubit[2] b; cx a, b;", ["cx 0,2", "cx 1,3"]],
    ["single qubits stay", "qubit[2] a; qubit b; cx b, a;", ["cx 2,0", "cx 2,1"]],
    ["ranges", "qubit[6] q; x q[1:2:5];", ["x 1", "x 3", "x 5"]],
    ["ranges downwards", "qubit[3] q; x q[2:-1:0];", ["x 2", "x 1", "x 0"]],
    ["from the end", "qubit[3] q; x q[-1]; y q[1:];", ["x 2", "y 1", "y 2"]],
    ["sets", "qubit[4] q; x q[{0, 3}];", ["x 0", "x 3"]],
    ["aliases and concatenation", "qubit[2] a; qubit[2] b; let c = a[1] ++ b; x c[2];", ["x 3"]],
    ["old words", "qreg q[2]; creg c[2]; measure q -> c;", ["measure 0", "measure 1"]],
    ["physical qubits in the order of their numbers", "h $7; cx $7, $2;", ["h 1", "cx 1,0"]],
    [
      "reset and barrier",
      "qubit[2] q; reset q; barrier q[1]; barrier;",
      ["reset 0", "reset 1", "barrier 1", "barrier 0,1"],
    ],
  ])("%s", (_what, source, wanted) => {
    expect(applied(HEAD + source)).toEqual(wanted);
  });
});

describe("gates and modifiers", () => {
  test.each<[string, string, string]>([
    ["ctrl @ x is cx", "qubit[2] q; ctrl @ x q[1], q[0];", "qubit[2] q; cx q[1], q[0];"],
    ["negctrl asks for 0", "qubit[2] q; negctrl @ x q[0], q[1];", "qubit[2] q; x q[0]; cx q[0], q[1]; x q[0];"],
    [
      "modifiers from the inside",
      "qubit[3] q; ctrl @ negctrl @ x q[0], q[1], q[2];",
      "qubit[3] q; x q[1]; ccx q[0], q[1], q[2]; x q[1];",
    ],
    [
      "inverse of a definition",
      "gate g(a) p, q { rx(a) p; cx p, q; s q; } qubit[2] q; inv @ g(0.3) q[0], q[1];",
      "qubit[2] q; sdg q[1]; cx q[0], q[1]; rx(-0.3) q[0];",
    ],
    [
      "whole power of a definition",
      "gate g p { h p; t p; } qubit q; pow(-2) @ g q;",
      "qubit q; tdg q; h q; tdg q; h q;",
    ],
    ["square root", "qubit q; pow(0.5) @ x q;", "qubit q; sx q;"],
    ["square root of a definition", "gate g p { h p; z p; h p; } qubit q; pow(0.5) @ g q;", "qubit q; sx q;"],
    [
      "a definition inside a definition",
      "gate a p { h p; } gate b p, q { a p; cx p, q; } qubit[2] q; b q[0], q[1];",
      "qubit[2] q; h q[0]; cx q[0], q[1];",
    ],
    [
      "a controlled definition keeps its phase",
      "gate g p { gphase(pi/2); z p; } qubit[2] q; ctrl @ g q[0], q[1];",
      "qubit[2] q; s q[0]; cz q[0], q[1];",
    ],
    ["a definition stands before the library", "gate h p { x p; } qubit q; h q;", "qubit q; x q;"],
    ["a controlled phase of nothing", "qubit q; ctrl @ gphase(0.4) q;", "qubit q; p(0.4) q;"],
    ["constants and functions", "const float a = sqrt(4) * pi / 2; qubit q; rx(a) q;", "qubit q; rx(pi) q;"],
    [
      "u3 by the built-in gate",
      "qubit q; gphase(-(0.1+0.2+0.3)/2); U(0.1, 0.2, 0.3) q;",
      "qubit q; u3(0.1, 0.2, 0.3) q;",
    ],
    [
      "a loop with arithmetic",
      "qubit[3] q; for uint i in [0:1] { cp(pi / 2 ** i) q[i], q[i+1]; }",
      "qubit[3] q; cp(pi) q[0], q[1]; cp(pi/2) q[1], q[2];",
    ],
    [
      "break and continue",
      "qubit[4] q; for int i in [0:3] { if (i == 1) continue; if (i == 3) break; x q[i]; }",
      "qubit[4] q; x q[0]; x q[2];",
    ],
    ["known bits", 'qubit[3] q; bit[3] b = "011"; for int i in [0:2] if (b[i]) x q[i];', "qubit[3] q; x q[0]; x q[1];"],
    [
      "a subroutine",
      "def twice(qubit a, float t) { rx(t) a; rx(t) a; } qubit q; twice(q, 0.2);",
      "qubit q; rx(0.2) q; rx(0.2) q;",
    ],
    [
      "a subroutine that returns a number",
      "def half(float t) -> float { return t / 2; } qubit q; rx(half(0.4)) q;",
      "qubit q; rx(0.2) q;",
    ],
    ["whole numbers divide to whole ones", "qubit q; rx(7 / 2) q;", "qubit q; rx(3) q;"],
    [
      "old arithmetic is real",
      'OPENQASM 2.0; include "qelib1.inc"; qreg q[1]; rx(7/2 - 3^2) q[0];',
      "qubit q; rx(3.5 - 9) q;",
    ],
  ])("%s", (_what, left, right) => {
    const text = left.startsWith("OPENQASM") ? left : HEAD + left;
    expect(sameUnitary(text, HEAD + right)).toBeLessThan(1e-12);
  });

  // The definitions of the published qelib1.inc, up to the phase of the whole state that it does not keep.
  test.each<[string, string]>([
    ["cu1(0.7) q[0],q[1];", "cp(0.7) q[0], q[1];"],
    ["cu3(0.1,0.2,0.3) q[0],q[1];", "cu(0.1, 0.2, 0.3, 0) q[0], q[1];"],
    ["c3x q[0],q[1],q[2],q[3];", "ctrl(3) @ x q[0], q[1], q[2], q[3];"],
    ["c4x q[0],q[1],q[2],q[3],q[4];", "ctrl(4) @ x q[0], q[1], q[2], q[3], q[4];"],
    ["c3sqrtx q[0],q[1],q[2],q[3];", "ctrl(3) @ sx q[0], q[1], q[2], q[3];"],
    ["csx q[0],q[1];", "ctrl @ sx q[0], q[1];"],
    ["u0(1) q[0];", "id q[0];"],
  ])("version 2 knows %s", (left, right) => {
    const old = `OPENQASM 2.0; include "qelib1.inc"; qreg q[5]; ${left}`;
    expect(sameUnitary(old, `${HEAD}qubit[5] q; ${right}`)).toBeLessThan(1e-12);
  });

  test("a Toffoli up to phases permutes as a Toffoli does", () => {
    for (const [gate, controls] of [
      ["rccx", 2],
      ["rc3x", 3],
    ] as const) {
      const on = Array.from({ length: controls + 1 }, (_, q) => `q[${q}]`).join(",");
      const made = unitaryOf(parseQasm(`OPENQASM 2.0; include "qelib1.inc"; qreg q[${controls + 1}]; ${gate} ${on};`));
      const wanted = unitaryOf(parseQasm(`${HEAD}qubit[${controls + 1}] q; ctrl(${controls}) @ x ${on};`));
      const sizes = (of: typeof made) =>
        of.map((row) => row.map((one) => Math.round(1e9 * Math.hypot(...one)) / 1e9 + 0));
      expect(sizes(made)).toEqual(sizes(wanted));
    }
  });
});

describe("measured bits", () => {
  test.each<[string, string, Record<string, number>]>([
    ["a bit", "x q[0]; c[0] = measure q[0]; if (c[0]) x q[1]; c[1] = measure q[1];", { "11": 1 }],
    ["not a bit", "c[0] = measure q[0]; if (!c[0]) x q[1]; c[1] = measure q[1];", { "01": 1 }],
    ["a register, bit 0 least significant", "x q[0]; c = measure q; if (c == 1) x q[1]; c = measure q;", { "11": 1 }],
    ["else", "c = measure q; if (c == 2) { x q[0]; } else { x q[1]; } c = measure q;", { "01": 1 }],
    ["unequal", "c = measure q; if (c != 3) x q; c = measure q;", { "11": 1 }],
    ["both", "x q; c = measure q; if (c[0] && !c[1]) x q[0]; else x q[1]; c = measure q;", { "10": 1 }],
    ["either", "x q[1]; c = measure q; if (c[0] || c[1]) x q[0]; c = measure q;", { "11": 1 }],
    ["a string of bits", 'x q[0]; c = measure q; if (c == "01") x q[1]; c = measure q;', { "11": 1 }],
    [
      "a branch that changes what it asked",
      "c = measure q; if (c[0] == 0) { x q[0]; c[0] = measure q[0]; x q[1]; } c[1] = measure q[1];",
      { "11": 1 },
    ],
    ["a coin", "h q[0]; c[0] = measure q[0]; if (c[0] == 1) x q[1]; c[1] = measure q[1];", { "00": 0.5, "11": 0.5 }],
    [
      "a subroutine that measures",
      "def look(qubit a) -> bit { h a; return measure a; } c[0] = look(q[0]); reset q[0]; c[0] = measure q[0];",
      { "00": 1 },
    ],
  ])("%s", (_what, source, wanted) => {
    const found = distributionOf(parseQasm(`${HEAD}qubit[2] q; bit[2] c; ${source}`), []);
    expect([...found.keys()]).toEqual(Object.keys(wanted).sort());
    for (const [bits, p] of Object.entries(wanted)) expect(found.get(bits)).toBeCloseTo(p, 12);
  });

  test("version 2 asks whole registers", () => {
    const { gates } = parseQasm(
      'OPENQASM 2.0; include "qelib1.inc"; qreg q[1]; creg a[2]; creg b[1]; if(a==2) x q[0]; if(b==1) y q[0];',
    );
    expect(gates.map((one) => one.name === "if" && [one.bits, one.equals])).toEqual([
      [[0, 1], "01"],
      [[2], "1"],
    ]);
  });
});

test("inputs are parameters, and angles are linear in them", () => {
  const { parameters, gates } = parseQasm(
    `${HEAD}input float a; input angle[32] b; qubit q; rx(2 * a - b / 4 + pi) q; ry(-(a - a) + 1) q;`,
  );
  expect(parameters).toEqual(["a", "b"]);
  expect(gates.filter(isGate).map(({ angles }) => angles[0])).toEqual([
    {
      constant: Math.PI,
      terms: [
        [0, 2],
        [1, -0.25],
      ],
    },
    { constant: 1, terms: [] },
  ]);
});

describe("what is legal and not supported is refused by name, with its place", () => {
  test.each<[string, string]>([
    ["while", "while (true) { x $0; }"],
    ["defcal", "defcal x $0 { £$& }"],
    ["cal", "cal { anything at all }"],
    ["delay", "delay[10ns] $0;"],
    ["box", "box { x $0; }"],
    ["stretch", "stretch a;"],
    ["duration", "duration a = 10ns;"],
    ["extern", "extern f(int) -> bit;"],
    ["array", "array[int[8], 2] a;"],
    ["switch", "switch (1) { }"],
    ['parameter "a"', "input float a; qubit q; rx(sin(a)) q;"],
    ['parameter "a"', "input float a; qubit q; rx(a * a) q;"],
    ['input "n"', "input int n;"],
    ['opaque gate "g"', "opaque g a; qubit q; g q;"],
    ['file "mine.inc"', 'include "mine.inc";'],
    ['"<" on measured bits', "qubit q; bit[2] c; if (c < 1) x q;"],
    ['"n" would hang on measured bits', "qubit q; bit c; int n; if (c) n = 1;"],
  ])("%s", (what, source) => {
    const failure = failureOf(HEAD + source);
    expect(failure).toMatchObject({ code: "program.unsupported", at: expect.stringMatching(/^line 3, column \d+$/) });
    expect(failure?.message).toContain(what);
  });
});

describe("what is wrong is refused with its place", () => {
  test.each<[string, string, string]>([
    ["program.syntax", "qubit q;\n  h q", "line 2, column 6"],
    ["program.syntax", "qubit q; h q; §", "line 1, column 15"],
    ["program.syntax", "/* π */ x @ x;", "line 1, column 11"],
    ["program.syntax", "pow @ x $0;", "line 1, column 5"],
    ["program.syntax", "3__4;", "line 1, column 1"],
    ["program.syntax", "gate g { }", "line 1, column 8"],
    ["program.syntax", "bool[4] a;", "line 1, column 5"],
    ["program.syntax", "def f() -> qubit { }", "line 1, column 12"],
    ["program.syntax", "for qubit i in {1} { }", "line 1, column 5"],
    ["program.syntax", "qubit q; { x q;", "line 1, column 16"],
    ["program.syntax", "qubit q;\npragma", "line 2, column 1"],
    ["program.inconsistent", "qubit q; h r;", "line 1, column 12"],
    ["program.inconsistent", "qubit[2] q; h q[2];", "line 1, column 16"],
    ["program.inconsistent", "qubit q; bit[2] c; c = measure q;", "line 1, column 20"],
    ["program.inconsistent", "qubit[2] a; qubit[3] b; cx a, b;", "line 1, column 31"],
    ["program.inconsistent", "qubit q; cx q, q;", "line 1, column 10"],
    ["program.inconsistent", "qubit q; rx q;", "line 1, column 10"],
    ["program.inconsistent", "qubit q; nothing q;", "line 1, column 10"],
    ["program.inconsistent", "qubit q; qubit q;", "line 1, column 10"],
    ["program.inconsistent", "const int a = 1; a = 2;", "line 1, column 18"],
    ["program.inconsistent", "gate g a { measure a; }\nqubit q; g q;", "line 1, column 12"],
    ["program.inconsistent", "qubit q; gate g a { h q; } g q;", "line 1, column 23"],
    ["program.inconsistent", "bit c;", "line 1, column 7"],
  ])("%s: %s", (code, source, at) => {
    expect(failureOf(source)).toMatchObject({ code, at });
  });

  test("any text is read or refused, and never breaks the reader", () => {
    const words = fc.constantFrom(
      ..."qubit q [ 2 ] ; h ( ) { } if for in measure -> = == bit c ctrl @ pow gate x , 0.5 : ++ let input float a \" ' $0 def return - ! 1".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(words).map((all) => all.join(" ")),
          fc.string(),
        ),
        (source) => {
          const failure = failureOf(source);
          if (failure) expect(failure.at).toMatch(/^line \d+, column \d+$/);
        },
      ),
      { seed: 3, numRuns: 2000 },
    );
  });
});

describe("no text takes the reader beyond its means", () => {
  test.each<[string, string]>([
    ["brackets", `rx(${"(".repeat(50_000)}1${")".repeat(50_000)}) $0;`],
    ["sums", `rx(${"1+".repeat(50_000)}1) $0;`],
    ["signs", `rx(${"-".repeat(50_000)}1) $0;`],
    ["bodies", `${"if (true) ".repeat(50_000)} x $0;`],
    ["registers", "qubit[1000000000] q;"],
    ["loops", "for int i in [0:90000] for int j in [0:90000] { }"],
    [
      "definitions of definitions",
      `gate g0 a { x a; x a; } ${Array.from({ length: 30 }, (_, k) => `gate g${k + 1} a { g${k} a; g${k} a; }`).join(" ")} g30 $0;`,
    ],
    ["a definition of itself", "gate g a { g a; } g $0;"],
    ["a subroutine of itself", "def f(int n) -> int { return f(n + 1); } int m = f(1);"],
  ])("%s", (_what, source) => {
    expect(failureOf(source)).toMatchObject({ code: "program.unsupported" });
  });

  test.each(["1 << 100000", "2 ** 5000", "1 / 0", "sqrt(-1)", "1 % 0"])("%s is no number", (expression) => {
    expect(failureOf(`qubit q; rx(${expression}) q;`)).toMatchObject({ code: "program.inconsistent" });
  });
});

test("the modifier pow is a function too", () => {
  expect(sameUnitary(`${HEAD}qubit q; rx(pow(2, 3)) q;`, `${HEAD}qubit q; rx(8) q;`)).toBeLessThan(1e-12);
});

test("a block by itself has names of its own", () => {
  expect(applied(`${HEAD}qubit q; int i = 1; { int i = 2; if (i == 2) x q; } if (i == 1) y q;`)).toEqual([
    "x 0",
    "y 0",
  ]);
});

test("pragmas and annotations are for other tools", () => {
  const source = `${HEAD}#pragma some tool reads this ][\n@keep this too ][\nqubit q;\npragma end\nh q;\n#pragma last`;
  expect(applied(source)).toEqual(["h 0"]);
});

test("a gate of ours that a text defines keeps its name, one that differs does not", () => {
  const define = (body: string) => `${HEAD}gate rzz(t) a, b { ${body} } qubit[2] q; rzz(0.3) q[0], q[1];`;
  const names = (source: string): Operation["name"][] => parseQasm(source).gates.map(({ name }) => name);
  expect(names(define("cx a, b; rz(t) b; cx a, b;"))).toEqual(["rzz"]);
  expect(names(define("cx a, b; p(t) b; cx a, b;"))).toEqual(["cx", "p", "cx"]);
});
