/** Runs that are killed at a random instant, recovered, and compared with what the server itself had answered. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { Verdict } from '../../harness/model/verdict.ts'
import { inWorkplace, type Workplace } from './cli.ts'
import { startHttpServer } from './servers.ts'

/** Who is killed. */
export type Victim = 'process' | 'thread'

export interface KilledRun {
  readonly victim: Victim
  readonly afterMs: number
  readonly verdict: Verdict
  readonly record: RunRecord
  /** Requests the server had answered. */
  readonly answered: number
  /** Requests in the recovered record. */
  readonly recorded: number
  readonly ratePerSec: number
}

const RATE_PER_SEC = 200

const scenario = (url: string, exitAfterMs: number) => `
import { constantRate, defineScenario, http } from 'proofload'
const exitAt = Date.now() + ${exitAfterMs}
export default defineScenario({
  name: 'killed',
  target: http({ url: '${url}' }),
  workload: constantRate({ rate: '${RATE_PER_SEC}/s', duration: '60s' }),
  journeys: { main: { async run({ target }) {
    if (Date.now() > exitAt) process.exit(9)
    await target.get('/')
  } } },
  objectives: ['error_ratio < 1%', 'p99(response_time) < 10s'],
})`

/** Starts a run of a minute, kills it after `afterMs` of load, recovers it. */
export async function killAndRecover(victim: Victim, afterMs: number): Promise<KilledRun> {
  let answered = 0
  const server = await startHttpServer((request, response) => {
    if (request.url === '/') answered++
    response.end('ok')
  })
  let killed: KilledRun | null = null
  try {
    await inWorkplace(async (place) => {
      place.write('killed.ts', scenario(server.url, victim === 'thread' ? afterMs : 3_600_000))
      const command = place.startProcess('run', 'killed.ts', '--threads', '1', '--quiet')
      // The look at the target before the load is a request too.
      while (answered < 2) await sleep(5)
      if (victim === 'process') {
        await sleep(afterMs)
        command.child.kill('SIGKILL')
      }
      await command.ended
      killed = {
        victim,
        afterMs,
        ...(await outcomeOf(place, victim)),
        answered,
        ratePerSec: RATE_PER_SEC,
      } as KilledRun
    })
  } finally {
    await server.close()
  }
  if (killed === null) throw new Error('nothing was killed')
  return killed
}

async function outcomeOf(place: Workplace, victim: Victim) {
  const folder = runFolderOf(place)
  if (victim === 'process') {
    const { status, stderr } = await place.run('recover', folder)
    if (status !== 3) throw new Error(`recover ended with ${status}: ${stderr}`)
  }
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const record = read('run.json') as RunRecord
  const recorded = record.steps.reduce((sum, step) => sum + step.ok, 0)
  return { verdict: read('verdict.json') as Verdict, record, recorded }
}

function runFolderOf(place: Workplace): string {
  const runs = join(place.path, 'reports', 'killed')
  return join(runs, readdirSync(runs)[0] as string)
}

/** Until the journal of the one run of a scenario holds so many seconds; gives the folder of the run. */
export async function journalOf(folder: string, seconds: number): Promise<string> {
  for (;;) {
    try {
      const [run = ''] = readdirSync(folder)
      if (readFileSync(join(folder, run, 'journal.ndjson'), 'utf8').split('"interval"').length > seconds)
        return join(folder, run)
    } catch {
      // Not there yet.
    }
    await sleep(50)
  }
}
