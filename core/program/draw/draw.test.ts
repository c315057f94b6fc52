import { expect, test } from "vitest";
import { circuit } from "../circuit.ts";
import { randomFrom } from "../../run/random.ts";
import { randomEverything } from "../testing/random-circuit.ts";
import { drawSvg } from "./svg.ts";
import { drawText } from "./text.ts";

const some = circuit(3, ["theta"], 2)
  .add("h", 0)
  .controlled([0, { qubit: 1, value: 0 }], "rz", 2, { constant: Math.PI / 4, of: { theta: 2 } })
  .add("cx", [0, 2])
  .add("swap", [1, 2])
  .barrier(0, 1, 2)
  .append({ name: "x", qubits: [1], angles: [], power: 0.5 })
  .measure(0, 1)
  .append({ name: "if", bits: [1], equals: "1", body: [{ name: "x", qubits: [2], angles: [] }] })
  .reset(0)
  .build();

test("controls, powers, measurement, barriers, branches and parameters as text", () => {
  expect(drawText(some)).toBe(
    [
      "q0: ─[h]───────────●────────────●─────░───────────[M]──[|0>]─",
      "                   │            │     ░            ║",
      "q1: ───────────────○────────────┼──×──░──[x^0.5]───╫─────────",
      "                   │            │  │  ░            ║",
      "q2: ──────[rz(pi/4 + 2*theta)]──⊕──×──░────────────╫────[x]──",
      "                                                   ║     ║",
      "c2: ═══════════════════════════════════════════════╩═════╩═══",
      "                                                  c1   c1=1",
      "",
    ].join("\n"),
  );
});

test("a long circuit goes on below", () => {
  const builder = circuit(2);
  for (let k = 0; k < 60; k++) builder.add("h", k % 2).add("cx", [0, 1]);
  const lines = drawText(builder.build(), { width: 60 }).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.filter((line) => line.startsWith("q0: ")).length).toBeGreaterThan(4);
  const svg = drawSvg(builder.build(), { width: 300 });
  const [, width = "0"] = /width="([\d.]+)" height/.exec(svg) ?? [];
  expect(Number(width)).toBeLessThanOrEqual(300);
});

test("every circuit can be drawn, and always in the same way", () => {
  const random = randomFrom(12);
  for (let round = 0; round < 50; round++) {
    const one = randomEverything(random, 2 + (round % 4), 20, 3);
    expect(drawText(one)).toBe(drawText(one));
    const svg = drawSvg(one);
    expect(svg).toBe(drawSvg(one));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test("text in a drawing is text, whatever it says", () => {
  const named = circuit(1, ["</svg><script>"]).add("rx", 0, "</svg><script>").build();
  const svg = drawSvg(named, { title: "a & b" });
  expect(svg).not.toContain("<script>");
  expect(svg).toContain("<title>a &#38; b</title>");
});

test("a drawing as SVG", () => {
  expect(drawSvg(circuit(2).add("h", 0).add("cx", [0, 1]).build())).toMatchSnapshot();
});

test("an empty circuit has its wires", () => {
  expect(drawText(circuit(2).build())).toContain("q1:");
  expect(drawSvg(circuit(2).build())).toContain(">q1<");
});
