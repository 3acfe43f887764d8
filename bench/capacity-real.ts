/**
 * Real searches over loopback of servers whose capacity is known: queues of M/M/k, one that stays slow after an overload, and one load of
 * which the generator is the limit. Of `--at-least`, of Ctrl-C, and of kill -9 after each probe. `npm run build && npm run bench:capacity-real`, about half an hour.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { type CapacityRecord, capacityRecordSchema } from '../harness/model/capacity.ts'
import { CliProcess } from '../test/kit/cli.ts'
import { queue, truthOf } from './capacity/worlds.ts'
import { type BenchRow, reportRows } from './kit/report.ts'

const PROBE = process.env['PROBE'] ?? '30s'
/** Names of the works to do; all of them unless the environment says otherwise. */
const ONLY = process.env['ONLY']?.split(';') ?? null
const folder = mkdtempSync(join(tmpdir(), 'proofload-capacity-real-'))
const rows: BenchRow[] = []

interface Queue {
  readonly servers: number
  readonly serviceMs: number
  readonly limitMs: number
  readonly isMetastable?: boolean
}

async function serving(
  { servers, serviceMs, isMetastable = false }: Queue,
  body: (port: number) => Promise<void>,
) {
  const script = fileURLToPath(new URL('targets/queue.ts', import.meta.url))
  const argv = ['--import', 'tsx', script, String(servers), String(serviceMs)]
  const child = spawn(process.execPath, [...argv, ...(isMetastable ? ['metastable'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  try {
    await body(Number(await firstLine(child)))
  } finally {
    child.kill()
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [bytes] = await once(child.stdout as NodeJS.ReadableStream, 'data')
  return String(bytes)
}

function writeScenario(port: number, limitMs: number): void {
  writeFileSync(
    join(folder, 'queue.json'),
    JSON.stringify({
      name: 'queue',
      target: { plugin: 'http', config: { url: `http://127.0.0.1:${port}` } },
      workload: { pattern: 'constant-rate', rate: '250/s', arrivals: 'poisson', duration: '60s' },
      journeys: { ask: { steps: [{ request: { method: 'GET', path: '/' } }] } },
      objectives: [`p99(response_time) < ${limitMs}ms`],
    }),
  )
}

/** Every request costs the generator so much that it is the first to have enough. */
function writeCostly(port: number): void {
  writeFileSync(
    join(folder, 'costly.ts'),
    `import { defineScenario } from 'proofload'
export default defineScenario({
  name: 'costly',
  target: { plugin: 'http', config: { url: 'http://127.0.0.1:${port}' } },
  workload: { pattern: 'constant-rate', rate: '100/s', duration: '60s' },
  journeys: {
    ask: {
      async run(agent) {
        const untilMs = Date.now() + 10
        while (Date.now() < untilMs);
        await agent.request({ method: 'GET', path: '/' })
      },
    },
  },
  objectives: ['p99(response_time) < 1s'],
})
`,
  )
}

async function search(scenario: string, ...flags: readonly string[]) {
  const running = new CliProcess(
    ['capacity', scenario, '--json', '--quiet', '--no-history', ...flags],
    folder,
  )
  const { status, stdout, stderr } = await running.ended
  if (!stdout.startsWith('{')) throw new Error(`no answer (exit ${status}):\n${stderr}`)
  return { status, record: capacityRecordSchema.parse(JSON.parse(stdout)) as CapacityRecord }
}

function rawOf({ probes, answer }: CapacityRecord, truth: number): string {
  const interval =
    answer?.capacity == null ? '-' : `${answer.capacity.low.toFixed(0)} to ${answer.capacity.high.toFixed(0)}`
  const voids = probes.filter(({ ended }) => ended === 'void').length
  return `truth ${truth.toFixed(1)}, safe ${answer?.safe?.toFixed(1) ?? '-'}, 90 %: ${interval}, ${probes.length} probes (${voids} void), ${answer?.ending}: ${answer?.message}`
}

function capacityOf({ servers, serviceMs, limitMs }: Queue): number {
  const curve = queue(servers, serviceMs / 1000, limitMs / 1000)
  return truthOf({ name: 'queue', curves: [curve], noise: 0, designEffect: 1 })
}

/** The safe rate against the truth, and the interval, which has to hold both. */
async function searchQueue(name: string, of: Queue): Promise<void> {
  if (ONLY !== null && !ONLY.includes(name)) return
  const truth = capacityOf(of)
  await serving(of, async (port) => {
    writeScenario(port, of.limitMs)
    const { record } = await search('queue.json', '--probe', PROBE, '--from', '50/s')
    const { safe = null, capacity = null } = record.answer ?? {}
    const raw = rawOf(record, truth)
    const off = safe === null ? Number.NaN : 100 * (safe / truth - 1)
    rows.push({ work: `${name}: safe rate too high`, bar: { atMost: 2 }, figure: off, unit: ' %', raw })
    rows.push({ work: `${name}: safe rate too low`, bar: { atLeast: -8 }, figure: off, unit: ' %', raw: '' })
    const isWithin = safe !== null && capacity !== null && capacity.low <= safe && safe <= capacity.high
    rows.push({
      work: `${name}: the interval holds the safe rate`,
      bar: { atLeast: 1 },
      figure: isWithin ? 1 : 0,
      raw: '',
    })
  })
}

async function searchCostly(): Promise<void> {
  if (ONLY !== null && !ONLY.includes('generator')) return
  await serving({ servers: 100, serviceMs: 1, limitMs: 1_000 }, async (port) => {
    writeCostly(port)
    const { status, record } = await search('costly.ts', '--from', '25/s', '--probe', '10s', '--threads', '1')
    const isHonest = record.answer?.ending === 'generator' && record.answer.capacity === null && status === 3
    rows.push({
      work: 'the generator is the limit: no capacity, exit 3',
      bar: { atLeast: 1 },
      figure: isHonest ? 1 : 0,
      raw: rawOf(record, Number.POSITIVE_INFINITY),
    })
  })
}

/** Exit statuses of `--at-least`, and of a search that people end. */
async function answersAsked(): Promise<void> {
  if (ONLY !== null && !ONLY.includes('asked')) return
  const of = { servers: 8, serviceMs: 8, limitMs: 200 }
  await serving(of, async (port) => {
    writeScenario(port, of.limitMs)
    const short = ['--probe', '10s', '--from', '50/s']
    const asked = [
      ['met', 0, ['--max', '100/s', '--at-least', '80/s']],
      ['missed', 1, ['--from', '3000/s', '--at-least', '20000/s', '--probes', '6']],
      ['undecided', 3, ['--max', '100/s', '--at-least', '150/s']],
    ] as const
    for (const [name, expected, flags] of asked) {
      const { status, record } = await search('queue.json', ...short, ...flags)
      rows.push({
        work: `--at-least ${name}: exit ${expected}`,
        bar: { atLeast: expected, atMost: expected },
        figure: status ?? Number.NaN,
        raw: rawOf(record, capacityOf(of)),
      })
    }
    const ended = new CliProcess(['capacity', 'queue.json', '--json', '--no-history', ...short], folder)
    await ended.sees('2 probes:')
    ended.signal('SIGINT')
    const { status, stdout } = await ended.ended
    const record = capacityRecordSchema.parse(JSON.parse(stdout)) as CapacityRecord
    rows.push({
      work: 'Ctrl-C: what is known, exit 3',
      bar: { atLeast: 3, atMost: 3 },
      figure: status ?? Number.NaN,
      raw: rawOf(record, capacityOf(of)),
    })
  })
}

/** Killed after each probe and gone on with: every probe is kept as it was, and what is said is what one search says. */
async function searchKilled(): Promise<void> {
  if (ONLY !== null && !ONLY.includes('killed')) return
  const of = { servers: 8, serviceMs: 8, limitMs: 200 }
  const flags = ['--from', '50/s', '--max', '200/s', '--probe', '5s']
  await serving(of, async (port) => {
    writeScenario(port, of.limitMs)
    let kept: CapacityRecord['probes'] = []
    let kills = 0
    let isPrefix = true
    let resume: readonly string[] = flags
    for (;;) {
      const running = new CliProcess(['capacity', 'queue.json', '--json', '--no-history', ...resume], folder)
      const next = ` ${kept.length + 1 === 1 ? '1 probe' : `${kept.length + 1} probes`}: `
      const isOver = await Promise.race([
        running.ended.then(() => true),
        running.sees(next).then(() => false),
      ])
      if (isOver) break
      running.child.kill('SIGKILL')
      await running.ended
      kills++
      const path = join('reports', 'queue', newestSearch())
      const { probes } = recordIn(path)
      isPrefix &&= isDeepStrictEqual(probes.slice(0, kept.length), kept) && probes.length > kept.length
      kept = probes
      resume = ['--resume', path]
    }
    const record = recordIn(join('reports', 'queue', newestSearch()))
    isPrefix &&= isDeepStrictEqual(record.probes.slice(0, kept.length), kept)
    const isSame = record.answer?.safe === 200 && record.answer.ending === 'max-held'
    rows.push({
      work: 'killed after each probe: nothing is lost, and the answer is that of one search',
      bar: { atLeast: 1 },
      figure: isPrefix && isSame ? 1 : 0,
      raw: `${kills} kills, ${rawOf(record, capacityOf(of))}`,
    })
  })
}

function newestSearch(): string {
  return (
    readdirSync(join(folder, 'reports', 'queue'))
      .toSorted()
      .at(-1) ?? ''
  )
}

function recordIn(path: string): CapacityRecord {
  const text = readFileSync(join(folder, path, 'capacity.json'), 'utf8')
  return capacityRecordSchema.parse(JSON.parse(text)) as CapacityRecord
}

try {
  await searchQueue('M/M/4, 20 ms', { servers: 4, serviceMs: 20, limitMs: 200 })
  await searchQueue('M/M/8, 16 ms', { servers: 8, serviceMs: 16, limitMs: 160 })
  await searchQueue('M/M/2, 5 ms', { servers: 2, serviceMs: 5, limitMs: 60 })
  await searchQueue('metastable', { servers: 8, serviceMs: 16, limitMs: 160, isMetastable: true })
  await searchCostly()
  await answersAsked()
  await searchKilled()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
reportRows(`capacity of real servers, probes of ${PROBE}`, rows)
