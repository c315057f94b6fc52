// The texts of a folder of OpenQASM files, each with what a reader owes it.

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

export interface Text {
  readonly set: string;
  readonly name: string;
  readonly source: string;
  readonly due: "read" | "refused" | "read or refused by name";
}

/** Files that measure a register they do not declare. */
const MUST_REFUSE = /^vqe_uccsd_n\d+(?:_transpiled)?\.qasm$/;

/** Each set by the files that are its texts. */
export const SETS: Readonly<Record<string, string>> = {
  "qasmbench-small": "qasm2/qasmbench-small/*.qasm",
  "qasmbench-medium": "qasm2/qasmbench-medium/*.qasm",
  feynman: "qasm2/feynman/*.qasm",
  equivalence: "qasm2/equivalence/*.qasm",
  heisenberg: "qasm2/*.qasm",
  braket: "qasm3/braket/*.qasm",
  examples: "qasm3/examples/*.qasm",
  "grammar-reference": "qasm3/grammar-reference/*.yaml",
  "grammar-invalid": "qasm3/grammar-invalid/*.qasm",
};

const READ = ["qasmbench-small", "qasmbench-medium", "feynman", "equivalence", "heisenberg"];

export const textsIn = (root: string): Text[] =>
  Object.entries(SETS).flatMap(([set, pattern]) =>
    globSync(pattern, { cwd: root })
      .toSorted()
      .flatMap((path) => textsOf(set, basename(path), readFileSync(join(root, path), "utf8"))),
  );

function textsOf(set: string, name: string, source: string): Text[] {
  if (set === "grammar-invalid")
    return source
      .split("\n")
      .filter((line) => line.trim() && !line.startsWith("//"))
      .map((line) => ({ set, name: `${name}: ${line}`, source: line, due: "refused" }));
  if (set === "grammar-reference") return [{ set, name, source: sourceIn(source), due: "read or refused by name" }];
  if (MUST_REFUSE.test(name)) return [{ set, name, source, due: "refused" }];
  return [{ set, name, source, due: READ.includes(set) ? "read" : "read or refused by name" }];
}

/** The block under `source: |`, with its indent taken away. */
function sourceIn(yaml: string): string {
  const [, block = ""] = /source: \|\n((?: {2}.*\n|\n)*)/.exec(yaml) ?? [];
  return block.replaceAll(/^ {2}/gm, "");
}
