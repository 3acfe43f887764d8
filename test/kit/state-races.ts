import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import { openStateStore } from '../../harness/store/state/open-state-store.ts'
import { bundledScript } from './bundled-script.ts'

const run = promisify(execFile)
const RACERS = 3
const ROUNDS = 8

/** Several processes change one store at once, and nothing any of them did is lost. */
export async function raceOfProcesses(location: string): Promise<void> {
  const racers = Array.from({ length: RACERS }, (_, i) =>
    run(process.execPath, [bundledScript('state-racer'), location, `racer-${i}`, String(ROUNDS)]),
  )
  const locks = (await Promise.all(racers)).flatMap(({ stdout }) => JSON.parse(stdout) as number[])
  const store = await openStateStore(location, '/', createSystemClock())
  const changes = RACERS * ROUNDS
  assert.is(await store.get('compared'), `${changes}`)
  assert.is(new Set(await store.lines('log')).size, changes)
  assert.equal(
    locks.toSorted((a, b) => a - b),
    Array.from({ length: ROUNDS }, (_, i) => i),
  )
  await store.close()
}
