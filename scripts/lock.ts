// One deployment at a time on one state folder: two would write the same SQLite files.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Lock {
  /** The process whose life now means that the folder is in use. */
  belongTo(pid: number | undefined): void;
  release(): void;
}

interface Holder {
  pid: number;
  port: number;
}

/** Throws with who holds it. A lock whose process is gone is taken over. */
export function takeLock(stateFolder: string, port: number): Lock {
  const file = join(stateFolder, "lock.json");
  const holder = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Holder) : undefined;
  if (holder && isAlive(holder.pid))
    throw new Error(
      `a deployment on ${stateFolder} is up already at http://127.0.0.1:${holder.port} (process ${holder.pid}); stop it, or name another folder with --state`,
    );
  rmSync(file, { force: true });
  const write = (pid: number, flag: "w" | "wx") => writeFileSync(file, JSON.stringify({ pid, port }), { flag });
  write(process.pid, "wx");
  return {
    belongTo: (pid) => write(pid ?? process.pid, "w"),
    release: () => rmSync(file, { force: true }),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
