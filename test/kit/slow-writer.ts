import { SlowestWriter } from '../../harness/engine/slowest.ts'

/** Runs in a thread: writes so many rows, each slower than the one before, all its columns the same number. */
export function writeSlow({ buffer, rows }: { buffer: SharedArrayBuffer; rows: number }): void {
  const writer = new SlowestWriter(buffer)
  for (let n = 1; n <= rows; n++) writer.keep(n, n, n, n, n, n, n, n)
}
