import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import type { Verdict } from '../../../harness/model/verdict.ts'
import type { SignalName } from '../../../harness/ports/host.ts'
import { inWorkplace, type Workplace } from '../../kit/cli.ts'
import type { CliEnd, RunningCommand } from '../../kit/command-here.ts'
import { type HoldingServer, startHoldingServer } from '../../kit/holding-server.ts'
import { oneAgent, SET_UP } from '../../kit/signalled.ts'
import { describe } from '../../kit/suite.ts'

/** Where a run is when somebody asks for its end, and what becomes of it. */
interface State {
  readonly what: string
  /** Number of the first request that is held, by path. */
  readonly holds: Readonly<Record<string, number>>
  readonly scenario: (url: string) => string
  /** Resolves when the run is there. */
  readonly reached: (server: HoldingServer, run: RunningCommand) => Promise<void>
  /** Between the first signal and the second, or the end. */
  readonly afterFirst?: (server: HoldingServer, run: RunningCommand) => Promise<void>
  /** After the only signal. */
  readonly afterLast?: (server: HoldingServer) => void
  readonly status: number
  /** Null: there is none. */
  readonly record: RunRecord['status'] | null
  readonly loadCount: number
  readonly isTornDown: readonly [once: boolean, twice: boolean]
}

const NOTHING = { status: 130, record: null, loadCount: 0, isTornDown: [false, false] } as const

const STATES: readonly State[] = [
  {
    what: 'while the scenario is loaded',
    ...NOTHING,
    holds: { '/module': 1 },
    scenario: (url) => oneAgent(url, SET_UP, `await fetch('${url}/module')`),
    reached: (server) => server.arrived('/module'),
  },
  {
    what: 'during preflight',
    ...NOTHING,
    holds: { '/': 1 },
    scenario: (url) => oneAgent(url, SET_UP),
    reached: (server) => server.arrived('/'),
  },
  {
    what: 'during setup',
    ...NOTHING,
    holds: { '/setup': 1 },
    scenario: (url) => oneAgent(url, SET_UP),
    reached: (server) => server.arrived('/setup'),
  },
  {
    what: 'while threads start',
    ...NOTHING,
    // Looked at, set up, and now the shard.
    holds: { '/module': 3 },
    scenario: (url) => oneAgent(url, SET_UP, `await fetch('${url}/module')`),
    reached: (server) => server.arrived('/module', 3),
    // A module that were let go before the signal is heard could be loaded before it, too.
    afterFirst: async (server, run) => {
      await run.sees('interrupted: the load does not begin')
      server.letGo()
      await server.arrived('/teardown')
    },
    isTornDown: [true, true],
  },
  {
    what: 'under load',
    holds: { '/load': 1 },
    scenario: (url) => oneAgent(url, SET_UP),
    reached: (server) => server.arrived('/load'),
    afterFirst: (_server, run) => run.sees('interrupted: no new work'),
    // What is in flight may finish; the agent thinks before it would send the next.
    afterLast: (server) => server.letGo(),
    status: 3,
    record: 'interrupted',
    loadCount: 1,
    isTornDown: [true, false],
  },
]

/** What is the same for every run that is ended. */
async function endedIn(
  state: State,
  signals: readonly SignalName[],
  body: (end: CliEnd, place: Workplace, server: HoldingServer) => void,
): Promise<void> {
  await inWorkplace(async (place) => {
    const server = await startHoldingServer(state.holds)
    try {
      const file = place.write('signals.ts', state.scenario(server.url))
      const args = ['run', file, '--json', '--no-history', '--threads', '1']
      // One of the signals shows that a process hears them, and ends.
      const run = signals[0] === 'SIGHUP' ? place.startProcess(...args) : place.start(...args)
      await Promise.race([state.reached(server, run), run.ended])
      for (const [index, signal] of signals.entries()) {
        if (index > 0) await Promise.race([state.afterFirst?.(server, run), run.ended])
        run.signal(signal)
      }
      if (signals.length === 1) {
        await Promise.race([state.afterFirst?.(server, run), run.ended])
        state.afterLast?.(server)
      }
      body(await run.ended, place, server)
    } finally {
      await server.close()
    }
  })
}

/** Folders of runs under `reports`. */
function runFolders(place: Workplace): string[] {
  const reports = join(place.path, 'reports')
  if (!existsSync(reports)) return []
  return readdirSync(reports).flatMap((name) =>
    readdirSync(join(reports, name)).map((run) => join(reports, name, run)),
  )
}

describe('A run that is asked to end', (test) => {
  for (const state of STATES)
    for (const signals of [['SIGINT'], ['SIGTERM', 'SIGINT'], ['SIGHUP']] as const)
      test(`${state.what}, by ${signals.join(' and ')}, ends with ${state.status}`, () =>
        endedIn(state, signals, ({ status, stdout, stderr }, place, server) => {
          assert.is(status, state.status, stderr)
          assert.is(server.count('/load'), state.loadCount)
          const [once, twice] = state.isTornDown
          assert.is(server.count('/teardown'), (signals.length === 1 ? once : twice) ? 1 : 0)
          const folders = runFolders(place)
          if (state.record === null) {
            assert.equal(folders, [])
            assert.is(stdout, '')
            assert.is(stderr.match(/^error INTERRUPTED: interrupted .*; nothing was measured$/gm)?.length, 1)
          } else {
            const record = JSON.parse(readFileSync(join(folders[0] ?? '', 'run.json'), 'utf8')) as RunRecord
            assert.is(record.status, state.record)
            assert.is((JSON.parse(stdout) as Verdict).outcome, 'INCONCLUSIVE')
          }
        }))
})

describe('A run that was started from a page', (test) => {
  for (const [what, end] of [
    ['the signal of its process', (server: RunningCommand) => Promise.resolve(server.signal('SIGINT'))],
    [
      'the button of the page',
      (_server: RunningCommand, url: string) =>
        fetch(new URL('/live/stop', url), { method: 'POST', headers: { origin: new URL(url).origin } }),
    ],
  ] as const)
    test(`sends no load after ${what}, also during setup`, () =>
      inWorkplace(async (place) => {
        const server = await startHoldingServer({ '/setup': 1 })
        const served = place.start('serve', '--scenarios', '.', '--port', '0')
        try {
          place.write('signals.ts', oneAgent(server.url, SET_UP))
          await served.sees('ctrl-C stops the server')
          const url = /dashboard: (\S+)/.exec(served.stderr)?.[1] ?? ''
          await fetch(new URL('/live/start', url), {
            method: 'POST',
            headers: { 'content-type': 'application/json', origin: new URL(url).origin },
            body: JSON.stringify({ scenario: 'signals.ts', seed: null }),
          })
          await server.arrived('/setup')

          await end(served, url)

          await served.sees('interrupted during setup; nothing was measured')
          assert.is(server.count('/load'), 0)
        } finally {
          served.signal('SIGTERM')
          await served.ended
          await server.close()
        }
      }))
})
