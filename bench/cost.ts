/**
 * What a request costs the generator, as CPU ratios to peers that do the same work in the same round. nginx has core 0,
 * the generator core 1. `npm run bench:cost`
 */

import { startNginx } from './kit/nginx.ts'
import { ONE_KIB_JSON } from './kit/one-kib-json.ts'
import { type BenchRow, reportRows } from './kit/report.ts'
import { brief, inTurn, pairedRatio, type Rounds } from './kit/rounds.ts'
import { autocannon, undici } from './peers/in-node.ts'
import type { ClosedFigures, ClosedWork } from './peers/peer.ts'
import { proofload, runClosed } from './peers/proofload.ts'
import { wrk } from './peers/wrk.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 5)
const TIMES = { seconds: 6, warmUpSeconds: 2 }
const scenario = (name: string) => new URL(`./scenarios/${name}.ts`, import.meta.url).pathname

type Contestants = Readonly<Record<string, () => Promise<ClosedFigures>>>

/** CPU and rate of each contestant by round; the rates are divided the other way round, so they go along. */
async function compete(contestants: Contestants): Promise<{ cpu: Rounds; rate: Rounds }> {
  const rate: Record<string, number[]> = {}
  const cpu = await inTurn(Object.keys(contestants), ROUNDS, async (name) => {
    const figures = await (contestants[name] as () => Promise<ClosedFigures>)()
    rate[name] = [...(rate[name] ?? []), figures.requestsPerSec]
    process.stderr.write(
      `${name}: ${brief(figures.cpuUsPerRequest)} us CPU a request, ${Math.round(figures.requestsPerSec)}/s\n`,
    )
    return figures.cpuUsPerRequest
  })
  return { cpu, rate }
}

function ratioRow(work: string, rounds: Rounds, name: string, peer: string, bar: BenchRow['bar']): BenchRow {
  const raw = (of: string) => (rounds[of] ?? []).map(brief).join(' ')
  return {
    work,
    bar,
    figure: pairedRatio(rounds, name, peer),
    raw: `${name} ${raw(name)} / ${peer} ${raw(peer)}`,
  }
}

const nginx = await startNginx()
const rows: BenchRow[] = []
try {
  const few: ClosedWork = { url: nginx.url, connections: 50, ...TIMES }
  const at50 = await compete({
    wrk: () => wrk.closed?.(few) as Promise<ClosedFigures>,
    declarative: () => proofload.closed?.(few) as Promise<ClosedFigures>,
    async: () => runClosed(scenario('get-async'), few),
    undici: () => undici.closed?.(few) as Promise<ClosedFigures>,
    autocannon: () => autocannon.closed?.(few) as Promise<ClosedFigures>,
  })
  rows.push(
    ratioRow('CPU/request, 50 connections, declarative / wrk', at50.cpu, 'declarative', 'wrk', {
      atMost: 1.2,
    }),
    ratioRow('CPU/request, 50 connections, async / wrk', at50.cpu, 'async', 'wrk', { atMost: 1.5 }),
    ratioRow('CPU/request, 50 connections, / undici', at50.cpu, 'declarative', 'undici', { atMost: 0.5 }),
    ratioRow('CPU/request, 50 connections, / autocannon', at50.cpu, 'declarative', 'autocannon', {
      atMost: 0.4,
    }),
    ratioRow('requests/s on a core of its own / wrk', at50.rate, 'declarative', 'wrk', { atLeast: 0.9 }),
    ratioRow('requests/s on a core of its own / autocannon', at50.rate, 'declarative', 'autocannon', {
      atLeast: 2.8,
    }),
  )

  const many: ClosedWork = { url: nginx.url, connections: 1000, ...TIMES }
  const at1000 = await compete({
    wrk: () => wrk.closed?.(many) as Promise<ClosedFigures>,
    declarative: () => proofload.closed?.(many) as Promise<ClosedFigures>,
    async: () => runClosed(scenario('get-async'), many),
  })
  rows.push(
    ratioRow('CPU/request, 1,000 connections, declarative / wrk', at1000.cpu, 'declarative', 'wrk', {
      atMost: 1.35,
    }),
    ratioRow('CPU/request, 1,000 connections, async / wrk', at1000.cpu, 'async', 'wrk', null),
  )

  const secure: ClosedWork = { url: nginx.secureUrl, connections: 50, ...TIMES }
  const overTls = await compete({
    declarative: () => runClosed(scenario('get-secure'), secure),
    undici: () => undici.closed?.(secure) as Promise<ClosedFigures>,
  })
  rows.push(ratioRow('CPU/request, HTTPS / undici', overTls.cpu, 'declarative', 'undici', { atMost: 0.6 }))

  const post: ClosedWork = { ...few, json: JSON.stringify(ONE_KIB_JSON) }
  const posted = await compete({
    async: () => runClosed(scenario('post-json'), post),
    undici: () => undici.closed?.(post) as Promise<ClosedFigures>,
    wrk: () => wrk.closed?.(post) as Promise<ClosedFigures>,
  })
  rows.push(
    ratioRow('CPU/request, POST 1 KiB, JSON read / undici', posted.cpu, 'async', 'undici', { atMost: 0.6 }),
    ratioRow('CPU/request, POST 1 KiB / wrk (reads no JSON)', posted.cpu, 'async', 'wrk', null),
  )
} finally {
  await nginx.close()
}
reportRows(`Cost, ${ROUNDS} rounds, ${nginx.version}, node ${process.version}`, rows)
