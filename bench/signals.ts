/**
 * Sends SIGINT and SIGTERM, once and twice, at instants spread over a short run with setup and teardown, from the start of its
 * process to its end, and looks at what a counting server sees after them. `npm run bench:signals`, INSTANTS from the
 * environment. Ends with 1 when a rule is broken: no load after a signal, an exit
 * status and a record that fit to one another, and an end in time.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSystemClock, sleep } from '../harness/base/clock.ts'
import type { RunRecord } from '../harness/model/run-record.ts'
import { inWorkplace, type Workplace } from '../test/kit/cli.ts'
import { startHttpServer } from '../test/kit/servers.ts'

const INSTANTS = Number(process.env['INSTANTS'] ?? 20)
/** What is in flight to us, and what a busy thread begins before it has heard. */
const GRACE_MS = 250
const SECOND_AFTER_MS = 50
/** After the first signal. */
const LIMIT_MS = 15_000
/** From the start, on a machine that does other work. */
const RUN_LIMIT_MS = 90_000

type Signal = 'SIGINT' | 'SIGTERM'
const OTHER = { SIGINT: 'SIGTERM', SIGTERM: 'SIGINT' } as const

interface Shot {
  readonly atMs: number
  readonly signal: Signal
  readonly isTwice: boolean
}

interface Outcome extends Shot {
  /** Requests that arrived later than the grace after the first signal, but those of the teardown. */
  readonly lateCount: number
  readonly teardownCount: number
  readonly loadCount: number
  readonly exit: string
  readonly record: string
  readonly endedAfterMs: number
}

const clock = createSystemClock()

const scenario = (url: string) => `import { constantAgents, defineScenario, http } from 'proofload'
export default defineScenario({
  name: 'signals', target: http({ url: '${url}' }), workload: constantAgents({ agents: 2, duration: '1s', think: '10ms' }),
  warmUp: '0s', objectives: ['error_ratio <= 100%'],
  setup: async ({ target }) => { for (let i = 0; i < 10; i++) await target.get('/setup') },
  teardown: async ({ target }) => { for (let i = 0; i < 10; i++) await target.get('/teardown') },
  journeys: { main: { steps: [http.get('/load')] } },
})`

/** One run; without a shot, undisturbed. */
async function run(shot: Shot | null): Promise<Outcome> {
  let outcome: Outcome | null = null
  await inWorkplace(async (place) => {
    const seen: { readonly path: string; readonly atMs: number }[] = []
    const server = await startHttpServer((request, response) => {
      const path = request.url ?? ''
      seen.push({ path, atMs: clock.nowMs() })
      const answer = () => response.end('{}')
      if (path === '/load') answer()
      else clock.after(30, answer)
    })
    place.write('signals.ts', scenario(server.url))
    const startMs = clock.nowMs()
    const { child, ended } = place.startProcess(
      'run',
      'signals.ts',
      '--json',
      '--quiet',
      '--threads',
      '1',
      '--report',
      'markdown',
    )
    const tooLong = clock.after(RUN_LIMIT_MS, () => child.kill('SIGKILL'))
    let sentMs = Number.POSITIVE_INFINITY
    if (shot !== null) {
      await Promise.race([sleep(clock, shot.atMs), ended])
      sentMs = clock.nowMs()
      child.kill(shot.signal)
      if (shot.isTwice) clock.after(SECOND_AFTER_MS, () => child.kill(OTHER[shot.signal]))
    }
    await ended
    const endMs = clock.nowMs()
    tooLong()
    await server.close()
    const countOf = (wanted: string) => seen.filter(({ path }) => path === wanted).length
    outcome = {
      ...(shot ?? { atMs: 0, signal: 'SIGINT', isTwice: false }),
      lateCount: seen.filter(({ path, atMs }) => path !== '/teardown' && atMs > sentMs + GRACE_MS).length,
      teardownCount: countOf('/teardown'),
      loadCount: countOf('/load'),
      exit: child.exitCode === null ? String(child.signalCode) : String(child.exitCode),
      record: recordStatus(place),
      endedAfterMs: endMs - (shot === null ? startMs : sentMs),
    }
  })
  if (outcome === null) throw new Error('the run was not made')
  return outcome
}

/** `-` when there is none. */
function recordStatus({ path }: Workplace): string {
  const folder = join(path, 'reports', 'signals')
  const [runId] = existsSync(folder) ? readdirSync(folder) : []
  if (runId === undefined) return '-'
  const file = join(folder, runId, 'run.json')
  if (!existsSync(file)) return 'no run.json'
  return (JSON.parse(readFileSync(file, 'utf8')) as RunRecord).status
}

/** Null when it is as it has to be. */
function brokenRule(outcome: Outcome): string | null {
  const { lateCount, loadCount, exit, record, signal, isTwice, endedAfterMs } = outcome
  if (lateCount > 0) return `${lateCount} requests after the signal`
  if (exit === 'SIGKILL' || endedAfterMs > LIMIT_MS) return 'it did not end'
  if (record === 'complete') return ['0', '1', '3'].includes(exit) ? null : `complete, and exit ${exit}`
  if (record === 'interrupted') return exit === '3' ? null : `interrupted, and exit ${exit}`
  if (record !== '-' || loadCount > 0) return `${loadCount} requests of load and ${record}`
  // Before the first line of ours runs, a signal does what the system does with it.
  const isKilled = exit === signal || (isTwice && exit === OTHER[signal])
  return exit === '130' || isKilled ? null : `nothing measured, and exit ${exit}`
}

/** Every kind of shot at one instant. */
const SHOTS = (['SIGINT', 'SIGTERM'] as const).flatMap((signal) =>
  [false, true].map((isTwice) => ({ signal, isTwice })),
)

function rowOf(outcome: Outcome, share: number): string {
  const { atMs, signal, isTwice, lateCount, teardownCount, exit, record, endedAfterMs } = outcome
  return [
    `${Math.round(share * 100)} %`.padStart(5),
    String(atMs).padStart(6),
    signal.padEnd(7),
    (isTwice ? 'twice' : 'once').padEnd(5),
    String(lateCount).padStart(17),
    String(teardownCount).padStart(8),
    exit.padEnd(7),
    record.padEnd(11),
    String(Math.round(endedAfterMs)).padStart(14),
  ].join('  ')
}

process.stdout.write(
  '   at   at ms  signal   times  requests after it  teardown  exit     record       ended after ms\n',
)
let brokenCount = 0
for (let instant = 0; instant < INSTANTS; instant++) {
  const share = (instant + 0.5) / INSTANTS
  // Measured anew: a shared machine is not as fast all the time.
  const whole = await run(null)
  if (whole.record !== 'complete') throw new Error(`undisturbed it ends with ${whole.exit}, ${whole.record}`)
  const lengthMs = whole.endedAfterMs
  for (const shot of SHOTS) {
    const outcome = await run({ ...shot, atMs: Math.round(share * lengthMs) })
    const broken = brokenRule(outcome)
    if (broken !== null) brokenCount++
    process.stdout.write(`${rowOf(outcome, share)}${broken === null ? '' : `  BROKEN: ${broken}`}\n`)
  }
}
const total = INSTANTS * SHOTS.length
process.stdout.write(`${total - brokenCount} of ${total} as they have to be\n`)
if (brokenCount > 0) process.exitCode = 1
