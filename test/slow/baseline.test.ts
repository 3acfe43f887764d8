/** From a run to a baseline to a comparison, with the built command; and builds against each other in pairs. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Baseline } from '../../harness/model/baseline.ts'
import type { Comparison } from '../../harness/model/comparison.ts'
import { inWorkplace, type JudgedRun, type Workplace } from '../kit/cli.ts'
import { startHoldingServer } from '../kit/holding-server.ts'
import { startHttpServer, type TestServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** A server whose delay can be changed. */
async function startSlowServer(delayMs: number): Promise<TestServer & { delayMs: number }> {
  const state = { delayMs }
  const server = await startHttpServer((_request, response) =>
    setTimeout(() => response.end('{}'), state.delayMs),
  )
  return {
    ...server,
    get delayMs() {
      return state.delayMs
    },
    set delayMs(value: number) {
      state.delayMs = value
    },
  }
}

/** Answers slow enough that a busy machine is not mistaken for the target. */
const ANSWER_MS = 150
/** Pauses of different length, or all agents would be slow together: many requests, but few that are worth one. */
const LOAD = [
  '--agents',
  '60',
  '--think',
  '50ms..150ms',
  '--duration',
  '4s',
  '--warm-up',
  '500ms',
  '--threads',
  '1',
]
const folderOf = ({ verdict }: JudgedRun) => dirname(verdict.files['record'] ?? '')

async function approve(place: Workplace, run: JudgedRun, ...flags: string[]) {
  return place.run('baseline', 'approve', folderOf(run), ...flags)
}

describe('A baseline', (test) => {
  test('is approved from runs, compared with, and finds a build that is three times slower', () =>
    inWorkplace(async (place) => {
      const server = await startSlowServer(ANSWER_MS)
      const compared = () => place.verdictOf(server.url, ...LOAD, '--baseline', 'main')

      const first = await place.verdictOf(server.url, ...LOAD)
      assert.is((await approve(place, first, '--by', 'ci')).status, 0)
      const again = await approve(place, first)
      assert.is(again.status, 2)
      assert.match(again.stderr, /holds the run/)

      const same = await compared()
      assert.is(same.verdict.comparison?.baseline, 'main')
      assert.is.not(same.verdict.outcome, 'NO_GO')
      assert.ok(same.verdict.comparison?.checks.every(({ state }) => state !== 'REGRESSED'))

      server.delayMs = 3 * ANSWER_MS
      const slow = await compared()
      assert.equal([slow.verdict.outcome, slow.status], ['NO_GO', 1])
      assert.ok(
        slow.verdict.reasons.some(({ code, message }) => code === 'REGRESSED' && message.startsWith('p50')),
        JSON.stringify(slow.verdict.reasons),
      )
      await server.close()
    }))

  test('begins by itself where the scenario says so', () =>
    inWorkplace(async (place) => {
      const server = await startSlowServer(ANSWER_MS)
      place.write(
        'auto.yaml',
        `name: auto
target: { plugin: http, config: { url: "${server.url}" } }
workload: { pattern: constant-agents, agents: 60, duration: 4s, think: "50ms..150ms" }
journeys: { main: { steps: [{ request: { method: GET, path: / } }] } }
objectives: ["error_ratio < 10%"]
baseline: auto
`,
      )
      const first = await place.run('run', 'auto.yaml', '--threads', '1')
      assert.match(first.stderr, /this run starts the baseline .*auto.main\.json/)
      const second = await place.verdictOf('auto.yaml', '--threads', '1')
      await server.close()
      assert.ok(second.verdict.comparison?.checks.every(({ baselineCount }) => baselineCount === 1))
    }))

  test('does not compare across loads, and says so instead', () =>
    inWorkplace(async (place) => {
      const server = await startSlowServer(ANSWER_MS)
      await approve(place, await place.verdictOf(server.url, ...LOAD))
      const other = await place.verdictOf(server.url, ...LOAD, '--agents', '61', '--baseline', 'main')
      const alone = await place.verdictOf(server.url, ...LOAD, '--agents', '61')
      await server.close()
      assert.equal([other.verdict.outcome, other.status], ['INCONCLUSIVE', 3])
      const reason = other.verdict.reasons.find(({ code }) => code === 'NOT_COMPARABLE')
      assert.match(reason?.message ?? '', /the load/)
      const refused = await approve(place, alone)
      assert.is(refused.status, 2)
      assert.match(refused.stderr, /--start-over/)
      assert.is((await approve(place, alone, '--start-over')).status, 0)
    }))

  test('that cannot be run again has the candidate run up to three times more', () =>
    inWorkplace(async (place) => {
      const server = await startSlowServer(ANSWER_MS)
      await approve(place, await place.verdictOf(server.url, ...LOAD))
      server.delayMs = 1.15 * ANSWER_MS
      const suspect = await place.verdictOf(server.url, ...LOAD, '--baseline', 'main', '--rerun')
      await server.close()
      const p50 = suspect.verdict.comparison?.checks.find(({ metric }) => metric === 'p50')
      // One stored session is too few to call it, however often the candidate is run.
      assert.equal([p50?.state, p50?.candidateCount], ['SUSPECT', 4])
      assert.is(suspect.verdict.comparison?.needs, null)
    }))

  test('is listed, shown, renamed, compared with another and pruned', () =>
    inWorkplace(async (place) => {
      const server = await startSlowServer(ANSWER_MS)
      const run = await place.verdictOf(server.url, ...LOAD)
      await approve(place, run, '--build', 'abc123')
      await approve(place, run, '--name', 'other')
      await server.close()
      const name = run.verdict.scenario
      const of = async (...args: string[]) => {
        const { status, stdout, stderr } = await place.run('baseline', ...args)
        assert.is(status, 0, stderr)
        return stdout
      }
      assert.match(await of('list'), new RegExp(`${name}\\s+main\\s+1`))
      assert.match(await of('show', name), /abc123.*GO/)
      assert.match(await of('diff', name, 'main', 'other'), /^other against main: /)
      await of('rename', name, 'other', 'second')
      assert.ok(existsSync(join(place.path, 'baselines', name, 'second.json')))
      assert.not.ok(existsSync(join(place.path, 'baselines', name, 'other.json')))
      const pruned = JSON.parse(await of('prune', name, '--keep', '1', '--json')) as Baseline
      assert.is(pruned.runs.length, 1)
      assert.match(await of('selftest', name), /0 of 1 runs/)
      const missing = await place.run('baseline', 'show', name, '--name', 'nope')
      assert.is(missing.status, 2)
      assert.match(missing.stderr, /The scenario has: .*main/)
    }))

  test('that was edited by hand is refused before any load', () =>
    inWorkplace(async (place) => {
      const server = await startSlowServer(ANSWER_MS)
      const run = await place.verdictOf(server.url, ...LOAD)
      await approve(place, run)
      const file = join('baselines', run.verdict.scenario, 'main.json')
      const text = readFileSync(join(place.path, file), 'utf8')
      place.write(file, text.replace(/"requests": \d+/, '"requests": 1'))
      const refused = await place.run('run', server.url, ...LOAD, '--baseline', 'main')
      await server.close()
      assert.is(refused.status, 2)
      assert.match(refused.stderr, /main\.json .*checksum/)
    }))

  test('takes no run that cannot be believed, and others than GO only for a reason', () =>
    inWorkplace(async (place) => {
      const server = await startSlowServer(ANSWER_MS)
      place.write(
        'missed.yaml',
        `name: missed
target: { plugin: http, config: { url: "${server.url}" } }
workload: { pattern: constant-agents, agents: 60, duration: 4s, think: "50ms..150ms" }
warmUp: 0s
journeys: { main: { steps: [{ request: { method: GET, path: / } }] } }
objectives: ["max(response_time) < 1ms"]
`,
      )
      const missed = await place.verdictOf('missed.yaml')
      assert.is(missed.verdict.outcome, 'NO_GO')
      assert.match((await approve(place, missed)).stderr, /--reason/)
      assert.is((await approve(place, missed, '--reason', 'known and accepted')).status, 0)

      await server.close()
      const counting = await startHoldingServer({})
      const run = place.start('run', counting.url, '--agents', '5', '--duration', '60s', '--json')
      await counting.arrived('/', 20)
      run.signal('SIGINT')
      const { stdout } = await run.ended
      await counting.close()
      const verdict = JSON.parse(stdout) as JudgedRun['verdict']
      const refused = await place.run(
        'baseline',
        'approve',
        dirname(verdict.files['record'] ?? ''),
        '--reason',
        'I want it',
      )
      assert.is(refused.status, 2)
      assert.match(refused.stderr, /interrupted/)
    }))
})

describe('Two builds that both run', (test) => {
  test('are compared in pairs: the same goes, the slower one does not', () =>
    inWorkplace(async (place) => {
      const main = await startSlowServer(ANSWER_MS)
      const branch = await startSlowServer(ANSWER_MS)
      const ab = async () => {
        const end = await place.run('ab', main.url, branch.url, main.url, ...LOAD, '--json')
        if (!end.stdout.startsWith('{')) throw new Error(end.stderr)
        return { ...end, comparison: JSON.parse(end.stdout) as Comparison }
      }
      branch.delayMs = 2 * ANSWER_MS
      const slow = await ab()
      assert.equal([slow.comparison.level, slow.status], ['no-go', 1])
      const order = [...slow.stderr.matchAll(/pair (\d) of at most 5, (\w+)/g)].map(
        ([, pair, build]) => `${pair} ${build}`,
      )
      assert.equal(order.slice(0, 4), ['1 baseline', '1 candidate', '2 candidate', '2 baseline'])
      branch.delayMs = ANSWER_MS
      assert.is.not((await ab()).comparison.level, 'no-go')
      await Promise.all([main.close(), branch.close()])
    }))
})

describe('A comparison document', (test) => {
  const golden = JSON.parse(
    readFileSync(new URL('../analysis/golden/stats-golden.json', import.meta.url), 'utf8'),
  ) as { case: { input: { id: string; pairs: unknown[] } } }
  const { input } = golden.case

  test('is judged from standard input, a line a case, with what would help', () =>
    inWorkplace(async (place) => {
      const document = {
        format: 'proofload-comparison/1',
        cases: [
          { ...input, pairs: [] },
          { ...input, id: 'with-pairs' },
        ],
      }
      const { status, stdout } = await place.runWithInput(JSON.stringify(document), 'compare', '--json')
      assert.is(status, 0)
      const [first, second] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      assert.equal([first.id, first.verdict, first.needs], ['golden', 'CAUTION', { pairs: 1 }])
      assert.equal([second.id, second.verdict, second.needs], ['with-pairs', 'NO-GO', undefined])
    }))

  test('that cannot be read says where', () =>
    inWorkplace(async (place) => {
      const wrong = { format: 'proofload-comparison/1', cases: [{ id: 'x', baseline: { runs: [{}] } }] }
      const { status, stderr } = await place.runWithInput(JSON.stringify(wrong), 'compare', '--json')
      assert.is(status, 2)
      assert.match(stderr, /cases\.0\.baseline\.runs\.0\.id/)
      assert.is((await place.runWithInput('{', 'compare', '--json')).status, 2)
    }))
})
