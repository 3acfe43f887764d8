/**
 * A healthy target and a generator that is stopped (SIGSTOP) for 1, 3 and 10 s, armed: never NO-GO, never an undo.
 * `npm run bench:stalls`
 */
import { runStalled } from '../test/kit/stalled-runs.ts'

const OBJECTIVES = [
  'p99(service_time) < 1s',
  'p95(response_time) < 1s',
  'share(response_time <= 1s) >= 99%',
  'error_ratio < 1%',
]
let wrongCount = 0

process.stdout.write('stopped  model   objective                          verdict       rollback  undone\n')
for (const stopMs of [1_000, 3_000, 10_000])
  for (const model of ['open', 'closed'] as const)
    for (const objective of OBJECTIVES) {
      const { verdict, isUndone } = await runStalled({ model, stopMs, objective })
      if (verdict.outcome === 'NO_GO' || verdict.rollback !== null || isUndone) wrongCount++
      const cells = [
        `${stopMs / 1000} s`.padEnd(8),
        model.padEnd(7),
        objective.padEnd(34),
        verdict.outcome.padEnd(13),
      ]
      process.stdout.write(
        `${cells.join(' ')} ${String(verdict.rollback?.outcome ?? 'none').padEnd(9)} ${isUndone}\n`,
      )
    }
process.stdout.write(`${wrongCount} were NO-GO or rolled back\n`)
if (wrongCount > 0) process.exitCode = 1
