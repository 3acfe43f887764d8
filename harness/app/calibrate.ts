/** The harness and autocannon in turns on one target, closed model: how far two independent instruments agree. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isoOf } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import { beyondLoopback, isLoopback } from '../base/loopback.ts'
import type { StopRequest } from '../base/stop-request.ts'
import { startChild } from '../calibration/child.ts'
import { type CalibrationRound, type ComparedFigure, compareRounds } from '../calibration/compare.ts'
import { percentilesOf, type TurnFigures, type TurnRequest } from '../calibration/turn.ts'
import { badOf } from '../measure/counts.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Host } from '../ports/host.ts'
import { writeCalibration } from '../store/calibration.ts'
import { describeEnvironment } from './run/environment.ts'
import { SILENT_PROGRESS } from './run/progress.ts'
import { MEASURE_ONLY } from './run/request.ts'
import { requireWhole, runScenario } from './run/run.ts'

const WARM_UP_SECONDS = 1

export interface CalibrateRequest {
  /** Null: a loopback server of our own. */
  readonly url: string | null
  readonly connections: number
  /** Measured time of a turn. */
  readonly seconds: number
  readonly rounds: number
  readonly onTurn: (round: number, who: 'proofload' | 'autocannon', figures: TurnFigures) => void
  readonly stop: StopRequest
}

export interface Calibration {
  readonly url: string
  readonly connections: number
  readonly figures: readonly ComparedFigure[]
  /** Path of the stored calibration. */
  readonly file: string
}

/** @throws HarnessError USAGE, HOST_NOT_ALLOWED, TARGET_LAUNCH_FAILED, TARGET_UNREACHABLE, INTERRUPTED */
export async function calibrate(request: CalibrateRequest, host: Host): Promise<Calibration> {
  const { rounds, onTurn, stop } = request
  const server =
    request.url === null ? await startChild<{ port: number }>('echo-main', [], stop.signal) : null
  const url = request.url ?? `http://127.0.0.1:${server?.message.port}/`
  const { connections, seconds } = request
  const turn: TurnRequest = { url, connections, seconds, warmUpSeconds: WARM_UP_SECONDS }
  const measured: CalibrationRound[] = []
  try {
    await requireLoopback(url)
    for (let round = 0; round < rounds; round++) {
      const own = async () => {
        const figures = await ownTurn(turn, stop, host)
        onTurn(round, 'proofload', figures)
        return figures
      }
      const other = async () => {
        const figures = await autocannonTurn(turn, stop)
        onTurn(round, 'autocannon', figures)
        return figures
      }
      // The order is reversed every other round, so that a machine that drifts favours nobody.
      if (round % 2 === 0) measured.push({ proofload: await own(), autocannon: await other() })
      else {
        const autocannon = await other()
        measured.push({ proofload: await own(), autocannon })
      }
    }
  } finally {
    await server?.stop()
  }
  const figures = compareRounds(measured)
  return { url, connections: request.connections, figures, file: await store(figures, host) }
}

async function requireLoopback(url: string): Promise<void> {
  if (!/^https?:/.test(url) || !URL.canParse(url))
    throw new HarnessError('USAGE', `${url} is not a URL`, {
      hint: 'Write it like http://127.0.0.1:8080/path.',
    })
  const { hostname } = new URL(url)
  if (isLoopback(hostname) && (await beyondLoopback(hostname)).length === 0) return
  throw new HarnessError('HOST_NOT_ALLOWED', `calibration loads loopback only, not ${hostname}`, {
    hint: 'Calibrate against a server on this machine: a network would be measured with it.',
  })
}

async function ownTurn(turn: TurnRequest, stop: StopRequest, host: Host): Promise<TurnFigures> {
  const outDir = await mkdtemp(join(tmpdir(), 'proofload-calibrate-'))
  const { url, connections, seconds, warmUpSeconds } = turn
  const overrides = {
    agents: connections,
    duration: `${seconds + warmUpSeconds}s`,
    warmUp: `${warmUpSeconds}s`,
  }
  try {
    const run = { ...MEASURE_ONLY, source: url, overrides, threads: 1, outDir, stop }
    return figuresOf(requireWhole(await runScenario(run, host, SILENT_PROGRESS)).record)
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }
}

/** Figures of the part after the warm-up. */
function figuresOf({ cells, steps, intervals }: RunRecord): TurnFigures {
  const service = SparseHistogram.decodeAll(
    cells.flatMap(({ phase, metric, hdr }) => (phase === 'steady' && metric === 'service_time' ? [hdr] : [])),
  )
  const measured = intervals.filter(({ phase }) => phase === 'steady')
  const elapsedMs = measured.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  const cpuMs = measured.reduce(
    (sum, { startMs, endMs, generator }) => sum + generator.cpuCores * (endMs - startMs),
    0,
  )
  const answered = measured
    .flatMap((interval) => Object.values(interval.steps))
    .reduce((sum, step) => sum + step.ok + step.failed, 0)
  const errorCount = steps
    .filter(({ phase }) => phase === 'steady')
    .reduce((sum, counts) => sum + badOf(counts), 0)
  return {
    requestsPerSec: answered / (elapsedMs / 1000),
    cpuUsPerRequest: (cpuMs * 1000) / Math.max(1, answered),
    errorCount,
    ...percentilesOf(service),
  }
}

async function autocannonTurn(turn: TurnRequest, { signal }: StopRequest): Promise<TurnFigures> {
  const child = await startChild<TurnFigures>('autocannon-main', [JSON.stringify(turn)], signal)
  await child.stop()
  return child.message
}

function store(figures: readonly ComparedFigure[], host: Host): Promise<string> {
  const figure = (name: ComparedFigure['name']) => figures.find((found) => found.name === name)
  const { proofload, node, cpuModel } = describeEnvironment(host.env)
  return writeCalibration(host.env, {
    at: isoOf(host.clock.wallMs()),
    proofload,
    node,
    cpuModel,
    requestsPerSec: figure('requestsPerSec')?.proofload ?? 0,
    cpuUsPerRequest: figure('cpuUsPerRequest')?.proofload ?? 0,
    p99DisagreementPercent: figure('p99Ms')?.disagreementPercent ?? null,
  })
}
