/**
 * Kills runs at random instants, half of them the whole process and half a thread, recovers them and compares with what
 * the server had answered. `npm run bench:kill`, COUNT and SEED from the environment.
 */
import { median } from 'simple-statistics'
import { Random } from '../harness/base/random.ts'
import { killAndRecover, type Victim } from '../test/kit/kills.ts'

const COUNT = Number(process.env['COUNT'] ?? 100)
const random = new Random(Number(process.env['SEED'] ?? 1))
const AT_ONCE = 4
/** An interval is a second; the reader may be a little late. */
const LOST_S_MAX = 2

const lostS: Record<Victim, number[]> = { process: [], thread: [] }
const failures: string[] = []

async function kill(number: number): Promise<void> {
  const victim: Victim = number % 2 === 0 ? 'process' : 'thread'
  const afterMs = Math.round(1_100 + random.float() * 4_000)
  try {
    const { verdict, recorded, answered, ratePerSec } = await killAndRecover(victim, afterMs)
    const lost = (answered - recorded) / ratePerSec
    lostS[victim].push(lost)
    if (verdict.outcome === 'GO' || recorded === 0 || lost > LOST_S_MAX || recorded > answered)
      failures.push(`${victim} after ${afterMs} ms: ${verdict.outcome}, ${recorded} of ${answered} recorded`)
  } catch (error) {
    failures.push(`${victim} after ${afterMs} ms: ${error instanceof Error ? error.message : error}`)
  }
}

for (let number = 0; number < COUNT; number += AT_ONCE)
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, COUNT - number) }, (_, i) => kill(number + i)))

for (const victim of ['process', 'thread'] as const) {
  const lost = lostS[victim]
  process.stdout.write(
    `${victim}: ${lost.length} killed and recovered, lost at most ${Math.max(...lost).toFixed(2)} s, median ${median(lost).toFixed(2)} s of load\n`,
  )
}
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`)
process.stdout.write(`${COUNT - failures.length} of ${COUNT} recovered, none of them GO\n`)
if (failures.length > 0) process.exitCode = 1
