/** Peers that are commands: their best flags, and how to read what they print. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { has, type Watched, watchPinned } from '../kit/processes.ts'
import {
  type ClosedFigures,
  type ClosedWork,
  commandLine,
  firstLine,
  GENERATOR_CORE,
  type LatencyFigures,
  type Peer,
  type RateWork,
} from './peer.ts'

const INSTALLED = new URL('./node_modules/.bin/', import.meta.url).pathname
const OWN = new URL('../../node_modules/.bin/', import.meta.url).pathname

async function run(command: readonly string[]): Promise<Watched> {
  const watched = await watchPinned({ command, cores: GENERATOR_CORE })
  if (watched.status !== 0) throw new Error(`${command[0]} ended with ${watched.status}:\n${watched.stderr}`)
  return watched
}

/** CPU of a command that needs no time to start, in the part of its run that was asked for. */
function closedFigures(
  watched: Watched,
  work: ClosedWork,
  requestsPerSec: number,
  command: readonly string[],
): ClosedFigures {
  const fromMs = watched.startedMs + work.warmUpSeconds * 1000
  const toMs = watched.startedMs + work.seconds * 1000 - 200
  const cpuUsPerRequest = (watched.cpuMsBetween(fromMs, toMs) * 1e6) / ((toMs - fromMs) * requestsPerSec)
  return { requestsPerSec, cpuUsPerRequest, command: commandLine(command) }
}

function numberIn(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`${pattern} is not in:\n${text}`)
  return Number(found)
}

function versionOf(command: string, args: readonly string[]): string | null {
  if (!has(command)) return null
  return firstLine(
    execFileSync('sh', ['-c', `${command} ${args.join(' ')} 2>&1 || true`], { encoding: 'utf8' }),
  )
}

function packageVersion(name: string): string | null {
  const file = new URL(`./node_modules/${name}/package.json`, import.meta.url).pathname
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : null
}

export const h2load: Peer = {
  name: 'h2load',
  install: 'apt-get install nghttp2-client',
  version: () => versionOf('h2load', ['--version']),
  async closed(work) {
    const command = ['h2load', '--h1', '-t1', `-c${work.connections}`, `-D${work.seconds}`, work.url]
    const watched = await run(command)
    return closedFigures(watched, work, numberIn(watched.stdout, /([\d.]+) req\/s/), command)
  },
}

export const hey: Peer = {
  name: 'hey',
  install: 'apt-get install hey',
  version: () =>
    has('hey') ? firstLine(execFileSync('dpkg-query', ['-W', 'hey'], { encoding: 'utf8' })) : null,
  async closed(work) {
    const command = ['hey', '-z', `${work.seconds}s`, '-c', `${work.connections}`, '-cpus', '1', work.url]
    const watched = await run(command)
    return closedFigures(watched, work, numberIn(watched.stdout, /Requests\/sec:\s+([\d.]+)/), command)
  },
  async rate(work) {
    const perWorker = work.ratePerSec / work.connections
    const command = [
      'hey',
      '-z',
      `${work.seconds}s`,
      '-c',
      `${work.connections}`,
      '-q',
      `${perWorker}`,
      '-cpus',
      '1',
      work.url,
    ]
    const { stdout } = await run(command)
    const ms = (percent: number) => numberIn(stdout, new RegExp(`${percent}%+ in ([\\d.]+) secs`)) * 1000
    return {
      requests: Math.round(numberIn(stdout, /Requests\/sec:\s+([\d.]+)/) * work.seconds),
      p50Ms: ms(50),
      p95Ms: ms(95),
      p99Ms: ms(99),
      p999Ms: null,
      maxMs: numberIn(stdout, /Slowest:\s+([\d.]+)/) * 1000,
      command: commandLine(command),
    }
  },
}

interface AutocannonResult {
  readonly latency: Readonly<Record<string, number>>
  readonly requests: { readonly total: number }
}

/** Its arrival-rate mode; the closed model is in in-node.ts. */
export async function autocannonRate(work: RateWork): Promise<LatencyFigures> {
  const command = [
    `${OWN}autocannon`,
    '-c',
    `${work.connections}`,
    '-R',
    `${work.ratePerSec}`,
    '-d',
    `${work.seconds}`,
    '--json',
    work.url,
  ]
  const { latency, requests } = JSON.parse((await run(command)).stdout) as AutocannonResult
  return {
    requests: requests.total,
    p50Ms: latency['p50'] ?? null,
    p95Ms: null,
    p99Ms: latency['p99'] ?? null,
    p999Ms: latency['p99_9'] ?? null,
    maxMs: latency['max'] ?? null,
    command: commandLine(['autocannon', ...command.slice(1)]),
  }
}

function loadtestClosed(flags: readonly string[]): NonNullable<Peer['closed']> {
  return async (work) => {
    const load = ['--cores', '1', '-k', '-t', `${work.seconds}`, '-c', `${work.connections}`, work.url]
    const watched = await run([`${INSTALLED}loadtest`, ...flags, ...load])
    const perSec = numberIn(watched.stdout, /Effective rps:\s+([\d.]+)/)
    return closedFigures(watched, work, perSec, ['loadtest', ...flags, ...load])
  }
}

/** Its raw sockets, which it calls experimental: they read of an answer what they need. */
export const loadtestTcp: Peer = {
  name: 'loadtest --tcp',
  install: 'npm --prefix bench/peers install',
  version: () => packageVersion('loadtest'),
  closed: loadtestClosed(['--tcp']),
}

export const loadtest: Peer = {
  name: 'loadtest',
  install: 'npm --prefix bench/peers install',
  version: () => packageVersion('loadtest'),
  closed: loadtestClosed([]),
  async rate(work) {
    const command = [
      `${INSTALLED}loadtest`,
      '--cores',
      '1',
      '-k',
      '-t',
      `${work.seconds}`,
      '-c',
      `${work.connections}`,
      '--rps',
      `${work.ratePerSec}`,
      work.url,
    ]
    const { stdout } = await run(command)
    const ms = (percent: string) => numberIn(stdout, new RegExp(`${percent}%\\s+([\\d.]+) ms`))
    return {
      requests: numberIn(stdout, /Completed requests:\s+(\d+)/),
      p50Ms: ms('50'),
      p95Ms: ms('95'),
      p99Ms: ms('99'),
      p999Ms: null,
      maxMs: ms('100'),
      command: commandLine(['loadtest', ...command.slice(1)]),
    }
  },
}

interface ArtilleryReport {
  readonly aggregate: {
    readonly counters: Readonly<Record<string, number>>
    readonly summaries: Readonly<Record<string, Readonly<Record<string, number>>>>
  }
}

/** One virtual user an arrival; in the closed work each user sends in a loop. */
async function runArtillery(
  config: object,
): Promise<{ report: ArtilleryReport['aggregate']; watched: Watched }> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-artillery-'))
  try {
    writeFileSync(join(folder, 'work.json'), JSON.stringify(config))
    const output = join(folder, 'report.json')
    const command = [`${INSTALLED}artillery`, 'run', '--quiet', '--output', output, join(folder, 'work.json')]
    const env = { ARTILLERY_DISABLE_TELEMETRY: 'true' }
    const watched = await watchPinned({ command, cores: GENERATOR_CORE, env })
    if (!existsSync(output))
      throw new Error(`artillery ended with ${watched.status}:\n${watched.stdout}${watched.stderr}`)
    return { report: (JSON.parse(readFileSync(output, 'utf8')) as ArtilleryReport).aggregate, watched }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const artillery: Peer = {
  name: 'artillery',
  install: 'npm --prefix bench/peers install',
  version: () => packageVersion('artillery'),
  async closed(work) {
    const { origin, pathname } = new URL(work.url)
    const { report, watched } = await runArtillery({
      config: {
        target: origin,
        phases: [{ duration: work.seconds, arrivalCount: work.connections }],
        http: { timeout: 10 },
      },
      scenarios: [{ flow: [{ loop: [{ get: { url: pathname } }], count: 400 }] }],
    })
    const requests = report.counters['http.responses'] ?? 0
    return {
      requestsPerSec: requests / ((watched.endedMs - watched.startedMs) / 1000),
      cpuUsPerRequest: (watched.cpuMs * 1000) / requests,
      command: `artillery run (${work.connections} users x 400 requests)`,
    }
  },
  async rate(work) {
    const { origin, pathname } = new URL(work.url)
    const { report } = await runArtillery({
      config: {
        target: origin,
        phases: [{ duration: work.seconds, arrivalRate: work.ratePerSec }],
        http: { pool: work.connections },
      },
      scenarios: [{ flow: [{ get: { url: pathname } }] }],
    })
    const times = report.summaries['http.response_time'] ?? {}
    return {
      requests: report.counters['http.responses'] ?? 0,
      p50Ms: times['median'] ?? null,
      p95Ms: times['p95'] ?? null,
      p99Ms: times['p99'] ?? null,
      p999Ms: times['p999'] ?? null,
      maxMs: times['max'] ?? null,
      command: `artillery run (arrivalRate ${work.ratePerSec}, pool ${work.connections})`,
    }
  },
  async users(work) {
    const { origin, pathname } = new URL(work.url)
    const think = work.thinkMs / 1000
    const { report, watched } = await runArtillery({
      config: { target: origin, phases: [{ duration: 1, arrivalCount: work.users }] },
      scenarios: [{ flow: [{ loop: [{ get: { url: pathname } }, { think }], count: work.seconds }] }],
    })
    return {
      p99Ms: report.summaries['http.response_time']?.['p99'] ?? null,
      peakRssBytes: watched.peakRssBytes,
      command: `artillery run (${work.users} users in 1 s, get and think ${think} s in a loop)`,
    }
  },
}

/** Looked for on the PATH: no repository that this bench installs from has it. Its works are not written yet. */
export const k6: Peer = {
  name: 'k6',
  install: 'see grafana.com/docs/k6: it is in no repository this bench installs from',
  version: () => versionOf('k6', ['version']),
}
