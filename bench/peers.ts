/**
 * The harness beside its peers on four works, each peer with its best flags, one at a time, generator on core 1 and
 * server on core 0. `npm run bench:peers` installs what npm can; a peer that is not there is skipped with the reason.
 */
import Table from 'cli-table3'
import { median } from 'simple-statistics'
import { startNginx } from './kit/nginx.ts'
import { brief } from './kit/rounds.ts'
import {
  artillery,
  autocannonRate,
  h2load,
  hey,
  k6,
  loadtest,
  loadtestTcp,
} from './peers/command-line-peers.ts'
import { autocannon, undici } from './peers/in-node.ts'
import type { ClosedFigures, LatencyFigures, Peer, UsersFigures } from './peers/peer.ts'
import { proofload } from './peers/proofload.ts'
import { wrk } from './peers/wrk.ts'
import { type Law, type ServerTruth, startTruthServer } from './truth/truth-server.ts'

const SECONDS = Number(process.env['SECONDS'] ?? 20)
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
/** Not counted at either end of a work with users: they arrive, they leave. */
const EDGE_MS = 2_500
const PEERS: readonly Peer[] = [
  proofload,
  wrk,
  h2load,
  { ...autocannon, rate: autocannonRate },
  undici,
  loadtest,
  loadtestTcp,
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

/** CPU a request, and its ratio to a wrk just before it: machines drift. Medians of rounds. */
async function costs(): Promise<void> {
  const nginx = await startNginx()
  const work = { url: nginx.url, connections: 50, seconds: 6, warmUpSeconds: 2 }
  const rows: string[][] = []
  for (const peer of present) {
    const closed = peer.closed
    if (closed === undefined) continue
    const measured: { readonly figures: ClosedFigures; readonly ratio: number }[] = []
    const round = async () => {
      const yardstick = (await wrk.closed?.(work)) as ClosedFigures
      const figures = await closed(work)
      measured.push({ figures, ratio: figures.cpuUsPerRequest / yardstick.cpuUsPerRequest })
      return figures
    }
    rows.push(
      await attempt<ClosedFigures>(
        peer,
        'closed model',
        async () => {
          for (let done = 1; done < ROUNDS; done++) await round()
          return round()
        },
        () => [
          `${brief(median(measured.map(({ figures }) => figures.cpuUsPerRequest)))} us`,
          `${brief(median(measured.map(({ ratio }) => ratio)))} (${measured.map(({ ratio }) => brief(ratio)).join(' ')})`,
          Math.round(median(measured.map(({ figures }) => figures.requestsPerSec))).toLocaleString('en'),
        ],
      ),
    )
  }
  await nginx.close()
  show(
    `CPU a request, 50 keep-alive connections to ${nginx.version}, ${ROUNDS} rounds`,
    ['', 'CPU', '/ wrk just before (rounds)', 'requests/s'],
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
    let truth: ServerTruth | undefined
    rows.push(
      await attempt<UsersFigures>(
        peer,
        `${count} users`,
        async () => {
          const figures = await work({ url: server.url, users: count, thinkMs: 1000, seconds: SECONDS })
          truth = await server.close()
          return figures
        },
        ({ p99Ms, peakRssBytes }) => [
          `${((ratePerSecOf(truth) / (count / 1.005)) * 100).toFixed(1)} %`,
          compared(p99Ms, p99Of(truth)),
          `${Math.round(peakRssBytes / 1_048_576)} MiB`,
        ],
      ),
    )
    await server.close().catch(() => undefined)
  }
  show(
    `${count.toLocaleString('en')} users, a connection each, 1 s think time, server 5 ms`,
    ['', 'rate kept, by the server', 'p99 ms', 'memory'],
    rows,
  )
}

/** As the server saw it, without the beginning and the end. */
function ratePerSecOf(truth: ServerTruth | undefined): number {
  const { arrivalsMs } = truth ?? { arrivalsMs: [] }
  const lastMs = (arrivalsMs[arrivalsMs.length - 1] ?? 0) - EDGE_MS
  const counted = arrivalsMs.filter((atMs) => atMs >= EDGE_MS && atMs < lastMs).length
  return counted / ((lastMs - EDGE_MS) / 1000)
}

function p99Of(truth: ServerTruth | undefined): number | null {
  const { latenciesMs } = truth ?? { latenciesMs: [] }
  return latenciesMs[Math.ceil(latenciesMs.length * 0.99) - 1] ?? null
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
