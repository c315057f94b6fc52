// Overlap programs: tiles of right states stay in memory while tiles of left states pass by.

import type { Batch, OverlapProgram, OverlapResult } from "@eigentwin/core";
import { stepsOfSlice } from "./pace.ts";
import { forEachRow, type Session } from "./session.ts";

export async function runOverlap(session: Session, program: OverlapProgram): Promise<OverlapResult> {
  const { regions, stride, tile } = session;
  const rows = program.left.rows;
  const columns = program.right.rows;
  if (tile.lefts === 0) return { kind: "overlap", rows, columns, values: await gram(session, program.right) };
  const values = new Float64Array(rows * columns);
  const leftAt = regions.states + tile.rights * stride;
  for (let column = 0; column < columns; column += tile.rights) {
    const rights = Math.min(tile.rights, columns - column);
    await prepareRows(session, program.right, column, rights, regions.states);
    for (let row = 0; row < rows; row += tile.lefts) {
      const lefts = Math.min(tile.lefts, rows - row);
      await prepareRows(session, program.left, row, lefts, leftAt);
      const block = await multiply(session, leftAt, lefts, rights, false);
      for (let left = 0; left < lefts; left++)
        values.set(block.subarray(left * rights, (left + 1) * rights), (row + left) * columns + column);
    }
  }
  return { kind: "overlap", rows, columns, values };
}

/** The states are prepared once, and half of the matrix is computed. */
async function gram(session: Session, parameters: Batch): Promise<Float64Array> {
  const { rows } = parameters;
  await prepareRows(session, parameters, 0, rows, session.regions.states);
  const values = (await multiply(session, session.regions.states, rows, rows, true)).slice();
  for (let row = 1; row < rows; row++)
    for (let column = 0; column < row; column++)
      values[row * rows + column] = values[column * rows + row] ?? Number.NaN;
  return values;
}

const prepareRows = (session: Session, parameters: Batch, from: number, count: number, start: number): Promise<void> =>
  forEachRow(session, parameters, { from, count, at: (index) => start + index * session.stride });

/** Row-major `[lefts, rights]`, a view that the next call overwrites. */
async function multiply(
  { kernels, regions, stride, bits, size, pace }: Session,
  leftAt: number,
  lefts: number,
  rights: number,
  isSame: boolean,
): Promise<Float64Array> {
  const step = stepsOfSlice(rights * size);
  for (let from = 0; from < lefts; from += step) {
    const count = Math.min(step, lefts - from);
    await pace(count * rights * size);
    const valuesAt = regions.workspace + from * rights * 8;
    kernels.overlaps(leftAt + from * stride, count, regions.states, rights, stride, bits, valuesAt, isSame ? from : -1);
  }
  return new Float64Array(kernels.memory.buffer, regions.workspace, lefts * rights);
}
