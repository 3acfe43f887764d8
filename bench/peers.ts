/**
 * The harness beside its peers on four works, each peer with its best flags, one at a time, generator on core 1 and
 * server on core 0. `npm run bench:peers` installs what npm can; a peer that is not there is skipped with the reason.
 */
import Table from 'cli-table3'
import { startNginx } from './kit/nginx.ts'
import { brief } from './kit/rounds.ts'
import { artillery, autocannonRate, h2load, hey, k6, loadtest } from './peers/command-line-peers.ts'
import { autocannon, undici } from './peers/in-node.ts'
import type { ClosedFigures, LatencyFigures, Peer, UsersFigures } from './peers/peer.ts'
import { proofload } from './peers/proofload.ts'
import { wrk } from './peers/wrk.ts'
import { type Law, startTruthServer } from './truth/truth-server.ts'

const SECONDS = Number(process.env['SECONDS'] ?? 20)
const PEERS: readonly Peer[] = [
  proofload,
  wrk,
  h2load,
  { ...autocannon, rate: autocannonRate },
  undici,
  loadtest,
  hey,
  artillery,
  k6,
]
const present = PEERS.filter((peer) => peer.version() !== null)
const commands: string[] = []

function show(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [] } })
  table.push(...rows.map((row) => [...row]))
  process.stdout.write(`\n${title}\n${table.toString()}\n`)
}

/** A peer that breaks under the work gets its row, and says how. */
async function attempt<Figures>(
  peer: Peer,
  work: string,
  run: () => Promise<Figures>,
  row: (figures: Figures) => string[],
): Promise<string[]> {
  process.stderr.write(`${peer.name}: ${work}\n`)
  try {
    const figures = await run()
    commands.push((figures as { command: string }).command)
    return [peer.name, ...row(figures)]
  } catch (error) {
    return [peer.name, `broke: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`]
  }
}

async function costs(): Promise<void> {
  const nginx = await startNginx()
  const work = { url: nginx.url, connections: 50, seconds: 6, warmUpSeconds: 2 }
  const rows: string[][] = []
  for (const peer of present) {
    const closed = peer.closed
    if (closed === undefined) continue
    // Machines drift: every peer is measured beside a wrk of its own.
    const before = await wrk.closed?.(work)
    const yardstickUs = before?.cpuUsPerRequest ?? Number.NaN
    rows.push(
      await attempt<ClosedFigures>(
        peer,
        'closed model',
        () => closed(work),
        ({ cpuUsPerRequest, requestsPerSec }) => [
          `${brief(cpuUsPerRequest)} us`,
          brief(cpuUsPerRequest / yardstickUs),
          Math.round(requestsPerSec).toLocaleString('en'),
        ],
      ),
    )
  }
  await nginx.close()
  show(
    `CPU a request, 50 keep-alive connections to ${nginx.version}`,
    ['', 'CPU', '/ wrk just before', 'requests/s'],
    rows,
  )
}

const QUANTILES = ['p50Ms', 'p95Ms', 'p99Ms', 'p999Ms'] as const

async function rates(
  title: string,
  law: Law,
  ratePerSec: number,
  right: readonly (number | null)[] | null,
): Promise<void> {
  const rows: string[][] = []
  for (const peer of present) {
    const { rate } = peer
    if (rate === undefined) continue
    const server = await startTruthServer(law)
    let truthMs: readonly (number | null)[] = right ?? []
    const seconds = right === null ? SECONDS : 40
    const row = await attempt<LatencyFigures>(
      peer,
      title,
      async () => {
        const figures = await rate({ url: server.url, ratePerSec, seconds, connections: 1000 })
        const { latenciesMs } = await server.close()
        if (right === null)
          truthMs = [0.5, 0.95, 0.99, 0.999].map(
            (q) => latenciesMs[Math.ceil(q * latenciesMs.length) - 1] ?? null,
          )
        return figures
      },
      (figures) => [
        figures.requests.toLocaleString('en'),
        ...QUANTILES.map((name, i) => compared(figures[name], truthMs[i] ?? null)),
        figures.maxMs === null ? '-' : `${brief(figures.maxMs)}`,
      ],
    )
    await server.close().catch(() => undefined)
    rows.push(row)
  }
  show(title, ['', 'requests', 'p50 ms', 'p95 ms', 'p99 ms', 'p99.9 ms', 'max ms'], rows)
}

function compared(seenMs: number | null, truthMs: number | null): string {
  if (seenMs === null) return '-'
  if (truthMs === null) return brief(seenMs)
  const percent = ((seenMs - truthMs) / truthMs) * 100
  return `${brief(seenMs)} (${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %)`
}

async function users(count: number): Promise<void> {
  const rows: string[][] = []
  for (const peer of present) {
    const work = peer.users
    if (work === undefined) continue
    const server = await startTruthServer({ kind: 'fixed', ms: 5 })
    const expectedPerSec = count / 1.005
    rows.push(
      await attempt<UsersFigures>(
        peer,
        `${count} users`,
        () => work({ url: server.url, users: count, thinkMs: 1000, seconds: SECONDS }),
        ({ requestsPerSec, p99Ms, peakRssBytes }) => [
          `${((requestsPerSec / expectedPerSec) * 100).toFixed(1)} %`,
          p99Ms === null ? '-' : `${brief(p99Ms)}`,
          `${Math.round(peakRssBytes / 1_048_576)} MiB`,
        ],
      ),
    )
    await server.close()
  }
  show(
    `${count.toLocaleString('en')} users, a connection each, 1 s think time, server 5 ms`,
    ['', 'rate kept', 'p99 ms', 'memory'],
    rows,
  )
}

await costs()
await rates(
  '1,000/s, lognormal 20 ms p99 100 ms: error beside what the server measured',
  { kind: 'lognormal', medianMs: 20, p99Ms: 100, seed: 1 },
  1000,
  null,
)
await rates(
  '500/s, 10 ms, frozen for 1 s every 10 s: right is 10 / 520 / 920 / - / 1010',
  { kind: 'fixed', ms: 10, freezeMs: 1000, periodMs: 10_000 },
  500,
  [10, 520, 920, null],
)
for (const count of [1_000, 10_000]) await users(count)

process.stdout.write('\nVersions\n')
for (const peer of PEERS)
  process.stdout.write(`  ${peer.name} ${peer.version() ?? `skipped: not installed (${peer.install})`}\n`)
process.stdout.write('\nCommand lines\n')
for (const command of new Set(commands)) process.stdout.write(`  ${command}\n`)
