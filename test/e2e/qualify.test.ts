import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type QualificationRecord, qualificationRecordSchema } from '../../harness/model/qualification.ts'
import { isAlive, processIdentity } from '../../harness/system/process-identity.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'
import { until } from '../kit/until.ts'

const QUIET = ['--no-history', '--quiet']

const node = (script: string) => [process.execPath, '-e', script]
const writes = (file: string) => node(`require('node:fs').appendFileSync('${file}', 'x')`)
const ends = (status: number) => node(`process.exit(${status})`)

type Activities = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function writePlan(place: Workplace, activities: Activities, rest: object = {}): string {
  const written = Object.entries(activities).map(([name, activity]) => [
    name,
    { stage: 'one', expect: '1s', ...activity },
  ])
  const plan = { name: 'release', stages: { one: {} }, activities: Object.fromEntries(written), ...rest }
  return place.write('plan.json', JSON.stringify(plan))
}

async function qualified(place: Workplace, ...args: readonly string[]) {
  const { status, stdout, stderr } = await place.run('qualify', ...args, '--json', ...QUIET)
  if (!stdout.startsWith('{')) throw new Error(`no record (exit ${status}): ${stderr}`)
  const { files: _files, ...record } = JSON.parse(stdout) as QualificationRecord & { files: object }
  return { status, record: qualificationRecordSchema.parse(record) }
}

const outcomesOf = ({ activities }: QualificationRecord) =>
  Object.fromEntries(activities.map(({ name, outcome }) => [name, outcome]))

function folderOf(place: Workplace): string {
  const [id = ''] = readdirSync(join(place.path, 'reports/qualify/release'))
  return join('reports/qualify/release', id)
}

const SCENARIO = {
  name: 'short',
  target: { plugin: 'sandbox' },
  workload: { pattern: 'constant-agents', agents: 2, duration: '2s' },
  journeys: { browse: { steps: [{ request: { path: '/items/1' } }] } },
  objectives: ['p95(response_time) < 5s', 'error_ratio <= 1%'],
}

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

  test('goes on after a kill: nothing is lost, nothing is done twice, and what was cut off waits for a word', () =>
    inWorkplace(async (place) => {
      const waiting = `const fs = require('node:fs'); fs.writeFileSync('pid', String(process.pid))
        const look = () => fs.existsSync('go') ? undefined : setTimeout(look, 20); look()`
      const plan = writePlan(place, {
        a: { command: writes('a-ran') },
        b: { command: node(waiting), needs: ['a'] },
        c: { command: writes('c-ran'), needs: ['b'] },
      })
      const killed = place.startProcess('qualify', plan, ...QUIET)
      await until(() => existsSync(join(place.path, 'pid')) && place.read('pid') !== '')
      killed.child.kill('SIGKILL')
      await killed.ended
      const folder = folderOf(place)
      const running = await place.run('qualify', plan, '--resume', folder, ...QUIET)
      assert.is(running.status, 2)
      assert.match(running.stderr, 'the command of b still runs')
      place.write('go', '')
      const child = processIdentity(Number(place.read('pid')))
      await until(() => !isAlive(child))
      const held = await qualified(place, plan, '--resume', folder)
      assert.is(held.status, 3)
      assert.equal(outcomesOf(held.record), { a: 'passed', b: 'skipped', c: 'skipped' })
      const done = await qualified(place, plan, '--resume', folder, '--retry', 'b')
      assert.is(done.status, 0)
      assert.equal([place.read('a-ran'), place.read('c-ran'), done.record.resumes], ['x', 'x', 2])
    }))

  test('runs again only what failed and what needs it, or what has changed', () =>
    inWorkplace(async (place) => {
      const isThere = node(`process.exit(require('node:fs').existsSync('fixed') ? 0 : 1)`)
      const activities = {
        a: { command: writes('a-ran') },
        b: { command: isThere, needs: ['a'] },
        c: { command: writes('c-ran'), needs: ['b'] },
      }
      const plan = writePlan(place, activities)
      assert.is((await qualified(place, plan)).status, 1)
      place.write('fixed', '')
      const folder = folderOf(place)
      const { status, record } = await qualified(place, plan, '--resume', folder, '--retry-failed')
      assert.is(status, 0)
      assert.equal(
        record.activities.map(({ attempt }) => attempt),
        [1, 2, 1],
      )
      writePlan(place, { ...activities, c: { command: writes('c-again'), needs: ['b'] } })
      const changed = await qualified(place, plan, '--resume', folder)
      assert.equal(
        changed.record.activities.map(({ attempt }) => attempt),
        [1, 2, 2],
      )
      assert.equal([place.read('a-ran'), place.read('c-again')], ['x', 'x'])
    }))

  test('takes an approval from elsewhere, and ends with 130 and a record when it is interrupted', () =>
    inWorkplace(async (place) => {
      const plan = writePlan(place, {
        release: { approval: 'Read?', role: 'handler' },
        a: { command: ends(0) },
      })
      const waiting = place.startProcess('qualify', plan, '--no-history', '--log', 'pretty')
      await waiting.sees('release waits')
      await waiting.sees('a: passed')
      waiting.signal('SIGINT')
      assert.is((await waiting.ended).status, 130)
      const folder = folderOf(place)
      const record = JSON.parse(readFileSync(join(place.path, folder, 'qualify.json'), 'utf8'))
      assert.equal(outcomesOf(qualificationRecordSchema.parse(record)), { release: 'cancelled', a: 'passed' })
      const approved = await place.run(
        'qualify',
        'approve',
        folder,
        'release',
        '--by',
        'jo',
        '--comment',
        'fine',
      )
      assert.is(approved.status, 0, approved.stderr)
      const done = await qualified(place, plan, '--resume', folder)
      assert.is(done.status, 0)
      assert.is(done.record.activities[0]?.decision?.comment, 'fine')
      assert.is(done.record.activities[1]?.attempt, 1)
    }))
})
