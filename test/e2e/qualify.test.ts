import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { inWorkplace } from '../kit/cli.ts'
import {
  ends,
  folderOf,
  node,
  outcomesOf,
  QUIET,
  qualified,
  SCENARIO,
  writePlan,
  writes,
} from '../kit/qualify-command.ts'
import { describe } from '../kit/suite.ts'

describe('proofload qualify', (test) => {
  test('ends GO with commands and approvals, and hands inputs on', () =>
    inWorkplace(async (place) => {
      const plan = writePlan(place, {
        data: { command: writes('seed.json'), outputs: { rows: 'seed.json' }, role: 'handler' },
        seen: {
          command: node(`process.exit(process.env.PROOFLOAD_INPUT_ROWS === 'seed.json' ? 0 : 1)`),
          inputs: { rows: 'data.rows' },
        },
        release: { approval: 'Read?', needs: ['seen'], role: 'handler' },
      })
      const { status, record } = await qualified(place, plan, '--approve', 'release', 'jo')
      assert.is(status, 0, JSON.stringify(record.verdict))
      assert.equal(new Set(Object.values(outcomesOf(record))), new Set(['passed']))
      const [data, seen, release] = record.activities
      assert.is(seen?.inputs[0]?.sha256, data?.outputs[0]?.sha256)
      assert.is(release?.decision?.by, 'jo')
      assert.equal(record.criticalPath.actual.path, ['data', 'seen', 'release'])
    }))

  test('ends NO-GO with the chain from a missed objective to what was skipped for it, and undoes what was done', () =>
    inWorkplace(async (place) => {
      // Errors are errors, however late they are seen.
      const target = { plugin: 'sandbox', config: { faults: { errors: { ratio: 0.5, status: 503 } } } }
      place.write('short.json', JSON.stringify({ ...SCENARIO, target }))
      const plan = writePlan(place, {
        deploy: { command: writes('deployed'), undo: writes('undone') },
        hours: { run: 'short.json', needs: ['deploy'] },
        incident: { command: ends(0), needs: ['hours'] },
        visuals: { command: ends(0), needs: ['incident'], role: 'validation' },
      })
      const { status, record } = await qualified(place, plan)
      assert.is(status, 1)
      const [stage, why] = record.verdict.chain
      assert.is(stage, 'stage one NO-GO')
      assert.match(why ?? '', /^hours failed: missed error_ratio/)
      assert.equal(record.activities[3]?.chain, ['visuals skipped', 'incident skipped', why])
      const hours = record.activities[1]
      assert.ok(existsSync(join(place.path, folderOf(place), hours?.files['html'] ?? 'none')))
      assert.is(hours?.items.find(({ id }) => id.startsWith('error_ratio'))?.outcome, 'failed')
      assert.equal(outcomesOf(record), {
        ...{ deploy: 'passed', hours: 'failed' },
        ...{ incident: 'skipped', visuals: 'skipped' },
      })
      assert.is(place.read('undone'), 'x')
      assert.is(record.activities[0]?.undo?.outcome, 'undone')
    }))

  test('ends its text with the chain and the verdict, below the files', () =>
    inWorkplace(async (place) => {
      const plan = writePlan(place, {
        smoke: { command: ends(3) },
        hours: { command: ends(0), needs: ['smoke'] },
      })
      const { status, stdout } = await place.run('qualify', plan, ...QUIET)
      assert.is(status, 1)
      const lines = stdout.trimEnd().split('\n')
      assert.equal(lines.slice(-2), [
        'stage one NO-GO <- smoke failed: ended with status 3',
        'NO-GO: stage one: the core activity smoke failed',
      ])
      const at = (begin: string) => lines.findIndex((line) => line.startsWith(begin))
      assert.ok(at('Stages') < at('record ') && at('record ') < at('critical path'), stdout)
    }))

  test('says that GO is not possible where something stood in for what is away, and fails without it', () =>
    inWorkplace(async (place) => {
      const activities = {
        data: { command: ends(69), role: 'handler' },
        smoke: { command: ends(0), needs: ['data'] },
      }
      const plan = writePlan(place, activities, {
        mocks: { data: 'the seeded sample' },
        stages: { one: { passRatio: '50%' } },
      })
      const mocked = await qualified(place, plan)
      assert.is(mocked.status, 3)
      assert.is(
        mocked.record.verdict.message,
        'INCONCLUSIVE: GO is not possible: 1 of 2 activities ran on a mock: data',
      )
      const { record } = await qualified(place, plan, '--no-mocks')
      assert.equal(outcomesOf(record), { data: 'failed', smoke: 'skipped' })
    }))

  test('runs a part, which is never a GO; a skip is no pass; a missing output is a failure', () =>
    inWorkplace(async (place) => {
      const plan = writePlan(place, {
        a: { command: ends(0) },
        b: { command: ends(0), needs: ['a'] },
        c: { command: ends(0), outputs: ['none.txt'], role: 'validation' },
      })
      const part = await qualified(place, plan, '--only', 'b')
      assert.is(part.status, 3)
      assert.equal(outcomesOf(part.record), { a: 'skipped', b: 'passed', c: 'skipped' })
      const skipped = await qualified(place, plan, '--skip', 'b', 'no time')
      assert.equal(outcomesOf(skipped.record), { a: 'passed', b: 'skipped', c: 'failed' })
      assert.is(skipped.record.activities[2]?.reasons[0]?.code, 'OUTPUT_MISSING')
    }))

  test('runs a stage and those after it, on the outputs that earlier ones have left', () =>
    inWorkplace(async (place) => {
      const stages = { first: {}, second: { needs: ['first'] }, third: { needs: ['second'] }, beside: {} }
      const plan = writePlan(
        place,
        {
          data: { stage: 'first', command: writes('seed.json'), outputs: { rows: 'seed.json' } },
          hours: { stage: 'second', command: writes('hours-ran'), inputs: { rows: 'data.rows' } },
          incident: { stage: 'third', command: ends(0), needs: ['hours'] },
          other: { stage: 'beside', command: ends(0) },
        },
        { stages },
      )
      const missing = await qualified(place, plan, '--from', 'second')
      assert.equal(outcomesOf(missing.record)['hours'], 'skipped')
      assert.is(missing.record.activities[1]?.reasons[0]?.code, 'INPUT_MISSING')
      place.write('seed.json', '[]')
      const { status, record } = await qualified(place, plan, '--from', 'second')
      assert.is(status, 3)
      assert.equal([record.partial, record.verdict.reasons[0]?.code], ['--from second', 'PARTIAL'])
      const beside = { data: 'skipped', other: 'skipped' }
      assert.equal(outcomesOf(record), { ...beside, hours: 'passed', incident: 'passed' })
      const unknown = await place.run('qualify', plan, '--from', 'secnd')
      assert.is(unknown.status, 2)
      assert.match(unknown.stderr, "Did you mean 'second'?")
    }))

  test('lets an earlier outcome of the same work stand, for as long as it may', () =>
    inWorkplace(async (place) => {
      const activity = { command: writes('ran'), reuse: '24h', role: 'handler', outputs: ['ran'] }
      const plan = writePlan(place, { data: activity, smoke: { command: ends(0), reuse: '24h' } })
      const first = await qualified(place, plan)
      const { status, record } = await qualified(place, plan, '--strict')
      assert.is(status, 0)
      const [data, smoke] = record.activities
      assert.is(data?.reusedFrom?.qualificationId, first.record.qualificationId)
      // A core activity of a strict qualification is done, whatever was done before.
      assert.equal([smoke?.reusedFrom, place.read('ran')], [null, 'x'])
      place.write('ran', 'somebody else')
      await qualified(place, plan)
      assert.is(place.read('ran'), 'somebody elsex')
      writePlan(place, { data: { ...activity, command: writes('./ran') }, smoke: { command: ends(0) } })
      await qualified(place, plan)
      assert.is(place.read('ran'), 'somebody elsexx')
    }))

  test('ends with 5 when an undo fails, after all the others', () =>
    inWorkplace(async (place) => {
      const plan = writePlan(place, {
        deploy: { command: ends(0), undo: writes('undone') },
        data: { command: ends(0), undo: ends(9), needs: ['deploy'] },
        smoke: { command: ends(1), needs: ['data'] },
      })
      const { status, record } = await qualified(place, plan)
      assert.is(status, 5)
      assert.equal([record.verdict.outcome, record.verdict.exitCode], ['NO_GO', 5])
      assert.equal(
        record.activities.map(({ undo }) => undo?.outcome),
        ['undone', 'failed', undefined],
      )
      assert.is(record.activities[1]?.undo?.message, 'ended with status 9')
      assert.is(place.read('undone'), 'x')
    }))

  test('is invalid with every problem at once, and runs nothing then', () =>
    inWorkplace(async (place) => {
      place.write('short.json', JSON.stringify({ ...SCENARIO, objectives: ['p95(respons_time) < 5s'] }))
      const plan = writePlan(place, {
        a: { command: writes('ran'), needs: ['b'] },
        b: { run: 'short.json', needs: ['a'] },
      })
      const { status, stderr } = await place.run('qualify', plan)
      assert.is(status, 2)
      assert.match(stderr, 'a -> b -> a')
      assert.match(stderr, 'activities.b.run')
      assert.not.ok(existsSync(join(place.path, 'ran')))
    }))

  test('takes functions of a TypeScript plan as checks', () =>
    inWorkplace(async (place) => {
      place.write(
        'plan.ts',
        `export default { name: 'release', stages: { one: { passRatio: '50%' } }, activities: {
          good: { stage: 'one', check: ({ plan }) => ({ outcome: 'passed', message: plan }) },
          bad: { stage: 'one', role: 'validation', check: () => { throw new Error('no') } } } }`,
      )
      const { status, record } = await qualified(place, 'plan.ts')
      assert.is(status, 0)
      assert.equal(outcomesOf(record), { good: 'passed', bad: 'failed' })
      assert.match(record.activities[1]?.reasons[0]?.message ?? '', 'it threw: no')
    }))
})
