import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import { verdictSchema } from '../../../harness/model/verdict.ts'
import type { Faults } from '../../../harness/targets/sandbox/faults.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import { AtTerminal, NO_TERMINAL, type TerminalShape } from '../../kit/pseudo-terminal.ts'
import { withSandbox } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

/** Longer than any test takes: it ends because somebody ends it. */
const ENDLESS = '10m'

/** Starts a run and is there for its end. */
type Start = (flags: readonly string[], shape?: TerminalShape) => AtTerminal

/** A place with a scenario `shop.json` whose sandbox runs for as long as the body. */
function inShop(faults: Faults, body: (start: Start, place: Workplace) => Promise<void>): Promise<void> {
  return withSandbox({ faults }, ({ url }) =>
    inWorkplace(async (place) => {
      const scenario = {
        name: 'shop',
        target: { plugin: 'http', config: { url } },
        workload: {
          pattern: 'constant-agents',
          agents: 3,
          duration: ENDLESS,
        },
        journeys: { ask: { steps: [{ request: { path: '/items' } }, { think: '50ms' }] } },
        objectives: [{ expect: 'error_ratio < 50%', window: '5s' }, 'p95(response_time) < 30s'],
      }
      place.write('shop.json', JSON.stringify(scenario))
      const started: AtTerminal[] = []
      try {
        await body((flags, shape) => {
          const [command = 'run', ...more] = flags
          const at = new AtTerminal([command, 'shop.json', ...more], place.path, shape)
          started.push(at)
          return at
        }, place)
      } finally {
        for (const at of started) at.kill()
      }
    }),
  )
}

function recordOf(place: Workplace): RunRecord {
  const [run = ''] = readdirSync(join(place.path, 'reports', 'shop'))
  return JSON.parse(place.read(join('reports', 'shop', run, 'run.json'))) as RunRecord
}

/** The terminal is as it was before. */
async function assertGivenBack(at: AtTerminal): Promise<string> {
  const { text, isCooked } = await at.ended()
  assert.not(at.isFullScreen)
  assert.ok(isCooked)
  assert.ok(await at.isCursorShown())
  assert.match(text, '[over]')
  return text
}

describe('A run at a terminal', (test) => {
  if (NO_TERMINAL !== null) return test.skip('takes the whole screen', NO_TERMINAL)

  test('shows every part on the whole screen', () =>
    inShop({}, async (start) => {
      const at = start(['run'])

      await at.sees(/Response time distribution/)
      // Each by itself: a frame may arrive in pieces.
      for (const part of [/ RUNNING /, /left of 10m/, /Load/, /Errors/, /Generator/]) await at.sees(part)
      for (const part of [/Response time/, /last \d+s/, /error_ratio .*limit < 50 %/, /Events/, /q stop/])
        await at.sees(part)
      assert.ok(at.isFullScreen)
      assert.not(await at.isCursorShown())
      at.type('q')

      await assertGivenBack(at)
    }))

  test('shows the verdict on the normal screen', () =>
    inShop({}, async (start) => {
      const at = start(['run', '--duration', '2s'])

      const text = await assertGivenBack(at)
      const { status } = await at.ended()
      assert.match(at.written, 'RUNNING')
      assert.match(text, /INFO: .* shop: constant-agents/)
      assert.match(text, /shop \S+: load for \d+s, [\d,]+ requests, 0 errors/)
      assert.match(text, status === 0 ? /^ GO +shop/m : /^ INCONCLUSIVE +shop/m)
    }))

  test('obeys the keys, and fits itself to the window', () =>
    inShop({}, async (start, place) => {
      const at = start(['run'])
      await at.sees(/Response time distribution/)

      at.type('p')
      await at.sees(/VIEW PAUSED/)
      at.type(' ')
      await at.until(() => !at.screen.join('\n').includes('VIEW PAUSED'), 'the resumed view')
      at.type('+')
      await at.sees(/refresh 250ms/)
      at.type('ss')
      await at.sees(/refresh 1s/)
      at.type('\u001b[A?')
      await at.sees(/Objectives/)
      at.type('?')
      await at.sees(/Load/)
      at.resize(60, 24)
      await at.until(
        () => / RUNNING $/.test(at.screen[0] ?? '') && at.screen[23]?.startsWith('q stop') === true,
        'the title and the keys at the edges',
      )
      at.type('q')

      const text = await assertGivenBack(at)
      assert.match(text.replaceAll('\n', ''), 'interrupted: no new work, requests in flight may finish')
      assert.is(recordOf(place).status, 'interrupted')
      assert.is(
        recordOf(place).shards.every(({ status }) => status === 'finished'),
        true,
      )
    }))

  test('drains at the first ctrl-C, gives up at the second, and leaves a record', () =>
    inShop({ fixed: { ms: 60_000 } }, async (start, place) => {
      const at = start(['run'])
      await at.sees(/3 in flight/)

      at.type('\u0003')
      await at.sees(/stopping +requests in flight finish; q again: abort/)
      assert.match(at.screen.join('\n'), 'DRAINING')
      at.type('\u0003')

      const text = await assertGivenBack(at)
      assert.match(text, 'interrupted again: aborting')
      const { status, steps } = recordOf(place)
      assert.is(status, 'interrupted')
      assert.is(
        steps.reduce((sum, { aborted }) => sum + aborted, 0),
        3,
      )
    }))

  test('gives the terminal back when it is told to end by a signal', () =>
    inShop({}, async (start, place) => {
      const at = start(['run'])
      await at.sees(/Response time distribution/)

      at.signal('SIGTERM')

      await assertGivenBack(at)
      assert.is(recordOf(place).status, 'interrupted')
    }))

  test('gives the terminal back before it says why it crashed', () =>
    inShop({}, async (start) => {
      const crash = `import{isMainThread as m}from'node:worker_threads';if(m)process.on('SIGUSR2',()=>{throw(Error('boom'))})`
      const at = start(['run'], {
        env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` },
      })
      await at.sees(/Response time distribution/)

      at.signal('SIGUSR2')

      const text = await assertGivenBack(at)
      assert.match(text, 'boom')
      assert.is((await at.ended()).status, 70)
    }))

  test('keeps standard output for the verdict alone', () =>
    inShop({}, async (start, place) => {
      const at = start(['run', '--duration', '2s', '--json'], { stdoutTo: 'verdict.json' })

      await assertGivenBack(at)
      assert.match(at.written, 'RUNNING')
      assert.is(verdictSchema.parse(JSON.parse(place.read('verdict.json'))).scenario, 'shop')
    }))

  test('has no colours where somebody wants none', () =>
    inShop({}, async (start) => {
      const at = start(['run', '--duration', '2s'], { env: { NO_COLOR: '1' } })

      await assertGivenBack(at)

      assert.match(at.written, 'RUNNING')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
      assert.not.match(at.written, /\u001b\[[1-9][\d;]*m/)
    }))

  test('writes lines instead where somebody asks for them, or the terminal can do no more', () =>
    inShop({}, async (start) => {
      const runs = [
        start(['run', '--no-tui']),
        start(['run'], { env: { TERM: 'dumb' } }),
        start(['run'], { env: { CI: 'true' } }),
      ]

      for (const at of runs) {
        await at.sees(/steady \| \S+ left \| 3 agents \| journeys \S+ of \S+ planned/)
        at.signal('SIGTERM')
        await assertGivenBack(at)
        assert.not.match(at.written, '\u001b[?1049h')
      }
    }))

  test('shows several runs one after the other, with what became of those before', () =>
    inShop({}, async (start) => {
      const at = start(['triage', '--repeats', '2', '--duration', '6s'])

      await at.sees(/note +repeat \S+: (GO|INCONCLUSIVE)/)
      await at.sees(/note +repeat .*[\s\S]*phase +steady/)
      assert.ok(at.isFullScreen)

      const text = await assertGivenBack(at)
      assert.is(text.match(/INFO: .*repeat \S+: /g)?.length, 2)
      assert.is(at.written.split('\u001b[?1049h').length, 2)
    }))
})
