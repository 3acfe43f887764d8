import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type CapacityRecord, capacityRecordSchema } from '../../../harness/model/capacity.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import {
  folderOf,
  outcomesOf,
  QUIET,
  qualified,
  SCENARIO,
  writePlan,
  writes,
} from '../../kit/qualify-command.ts'
import { describe } from '../../kit/suite.ts'

/** The one folder of a run or a search in the qualification; null until it is there. */
function onlyRun(place: Workplace): string | null {
  const plans = join(place.path, 'reports/qualify/release')
  if (!existsSync(plans) || readdirSync(plans).length === 0) return null
  const runs = join(place.path, folderOf(place), 'runs')
  const [found] = existsSync(runs) ? readdirSync(runs) : []
  return found === undefined ? null : join(runs, found)
}

/** Kills a qualification once something holds of its one run or search. */
async function killedWhen(place: Workplace, plan: string, holds: (run: string) => boolean): Promise<string> {
  const killed = place.startProcess('qualify', plan, ...QUIET)
  const isDue = () => {
    const run = onlyRun(place)
    return run !== null && holds(run)
  }
  await killed.until(isDue)
  killed.child.kill('SIGKILL')
  await killed.ended
  return onlyRun(place) ?? ''
}

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
}

function searchIn(folder: string): CapacityRecord | null {
  const file = join(folder, 'capacity.json')
  return existsSync(file)
    ? (capacityRecordSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) as CapacityRecord)
    : null
}

describe('Load in a qualification', (test) => {
  test('hands inputs to the setup of a scenario', () =>
    inWorkplace(async (place) => {
      place.write(
        'seeded.ts',
        `import { constantAgents, defineScenario, http, sandbox } from 'proofload'
        export default defineScenario({
          name: 'seeded', target: sandbox(), workload: constantAgents({ agents: 1, duration: '2s' }),
          setup: ({ inputs }) => ({ rows: inputs.rows }),
          journeys: { browse: { async run({ setup, target }) { if (setup.rows !== 'seed.json') throw new Error('no rows'); await target.get('/items/1') } } },
          objectives: ['error_ratio <= 0%'],
        })`,
      )
      const plan = writePlan(place, {
        data: { command: writes('seed.json'), outputs: { rows: 'seed.json' } },
        hours: { run: 'seeded.ts', inputs: { rows: 'data.rows' } },
      })
      const { record } = await qualified(place, plan)
      assert.is(record.activities[1]?.items[0]?.measured?.observed, 0, JSON.stringify(record.activities[1]))
    }))

  test('is recovered when it was killed, and runs again', () =>
    inWorkplace(async (place) => {
      const workload = { ...SCENARIO.workload, duration: '6s' }
      place.write('short.json', JSON.stringify({ ...SCENARIO, workload }))
      const plan = writePlan(place, { hours: { run: 'short.json' } })
      // Its start, and an interval.
      const cut = await killedWhen(place, plan, (run) => linesOf(join(run, 'journal.ndjson')) > 1)
      const { record } = await qualified(place, plan, '--resume', folderOf(place))
      const partial = JSON.parse(readFileSync(join(cut, 'run.json'), 'utf8'))
      assert.is(partial.status, 'partial')
      const [hours] = record.activities
      assert.is(hours?.attempt, 2)
      assert.ok(hours?.runId !== null && !cut.endsWith(hours?.runId ?? 'none'))
    }))

  test('goes on where a search was killed, with the probes that it had', () =>
    inWorkplace(async (place) => {
      place.write('short.json', JSON.stringify({ ...SCENARIO, objectives: ['p50(response_time) < 30s'] }))
      const plan = writePlan(place, {
        most: {
          capacity: 'short.json',
          with: { from: '5/s', max: '5/s', probe: '1s', atLeast: '1/s' },
          outputs: { rate: 'capacity.safe' },
        },
      })
      const cut = await killedWhen(place, plan, (run) => (searchIn(run)?.probes.length ?? 0) > 0)
      const before = searchIn(cut)
      const { record } = await qualified(place, plan, '--resume', folderOf(place))
      assert.is(onlyRun(place), cut)
      const after = searchIn(cut)
      assert.is(after?.capacityId, before?.capacityId)
      assert.equal(after?.probes.slice(0, before?.probes.length), before?.probes)
      assert.ok((after?.probes.length ?? 0) > (before?.probes.length ?? 0))
      // A machine without a core to spare may confirm nothing.
      const [most] = record.activities
      const outcomes = { GO: 'passed', NO_GO: 'failed', INCONCLUSIVE: 'inconclusive' } as const
      assert.is(
        most?.outcome === 'failed' ? most.reasons[0]?.code : most?.outcome,
        after?.answer === null ? '' : outcomes[after?.answer?.outcome ?? 'NO_GO'],
      )
      assert.is(most?.runId, after?.capacityId)
    }))

  test('is triaged: an incident that comes back is a failure', () =>
    inWorkplace(async (place) => {
      const target = { plugin: 'sandbox', config: { faults: { errors: { ratio: 0.9, status: 503 } } } }
      place.write('storm.json', JSON.stringify({ ...SCENARIO, target }))
      const plan = writePlan(place, {
        storm: { triage: 'storm.json', with: { repeats: 1 }, outputs: { found: 'outcome' } },
      })
      const { status, record } = await qualified(place, plan)
      assert.is(status, 1)
      assert.equal(outcomesOf(record), { storm: 'failed' })
      assert.is(record.activities[0]?.reasons[0]?.code, 'REPRODUCED')
      assert.is(record.activities[0]?.outputs[0]?.value, 'reproduced')
    }))
})
