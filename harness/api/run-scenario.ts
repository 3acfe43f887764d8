import { autoBaseline, BASELINES_FOLDER, namedBaseline } from '../app/compare/baselines.ts'
import { HISTORY_FILE } from '../app/history/history.ts'
import { DEFAULT_REPORTS, reports as knownReports } from '../app/reports/documents.ts'
import { givenLoad, givenOutputs } from '../app/run/given-load.ts'
import type { RunProgress } from '../app/run/progress.ts'
import { runScenario as runToVerdict } from '../app/run/run.ts'
import { STATE_FILE } from '../app/state/emergency.ts'
import { StopSwitch } from '../base/stop-request.ts'
import { createPlainView } from '../live/progress.ts'
import { WatchedRuns } from '../live/watched-runs.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import { createQuietHost } from './quiet-host.ts'
import { type BaselineOptions, baselineOf, type ProjectOptions } from './settings.ts'

/** Options of `runScenario`: those of `proofload run`, by the same names. */
export interface RunOptions extends ProjectOptions, BaselineOptions {
  /** Scenario file (.ts, .js, .yaml, .json), or a URL. */
  readonly scenario: string
  /** Environment of the scenario. Default: none. */
  readonly environment?: string
  /** URL that takes the place of the main target. */
  readonly target?: string
  readonly agents?: number
  /** Arrivals, such as `500/s`. */
  readonly rate?: string
  /** Length of the load, such as `10m`. */
  readonly duration?: string
  readonly warmUp?: string
  readonly seed?: number
  /** Hosts beyond loopback that may be loaded, beside those of the scenario. Default: none. */
  readonly allowHosts?: readonly string[]
  /** Assignments to keys of the scenario: `workload.duration=10s`. Default: none. */
  readonly set?: readonly string[]
  /** Outputs to monitoring systems: `prometheus`, `remote-write=URL`. Default: none. */
  readonly outputs?: readonly string[]
  /** Worker threads. Default: cores - 1. */
  readonly threads?: number
  /** Reports besides record and verdict. Default: markdown and html. */
  readonly reports?: readonly string[]
  /** Folder for the reports. Default: reports. */
  readonly outDir?: string
  /** History that the run is written to: a file, or `postgres://...`; false for none. Default: .proofload/history.db. */
  readonly history?: string | false
  /** Commit or other name of the build, for the history. Default: none. */
  readonly build?: string
  /** State store with halts and the deploy lock: a file, or `redis://...`. Default: .proofload/state.json. */
  readonly state?: string
  /** Cautions make the verdict INCONCLUSIVE. Default: false. */
  readonly strict?: boolean
  /** Runs more while the load generator is the reason for INCONCLUSIVE. Default: 0. */
  readonly retries?: number
  /** True: on NO-GO, the rollback of the scenario runs. Default: false. */
  readonly armRollback?: boolean
  /** Aborted: no journey starts any more, requests in flight may end, and what was measured is judged. Default: none. */
  readonly signal?: AbortSignal
  /** Variables that secrets are taken from. Default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Gets a line of progress every five seconds, notes, and alerts of the console channel. Default: nothing is printed. */
  readonly log?: (text: string) => void
}

/** A finished run, as it is on disk. */
export interface RunResult {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Paths of what was written, by name: record, verdict, and the reports. */
  readonly files: Readonly<Record<string, string>>
  /** Reports that could not be written, for people. */
  readonly failures: readonly string[]
}

/**
 * Runs a scenario to its verdict, as `proofload run` does. A verdict of NO-GO is a result and no error.
 * It sets no handlers of signals, never ends the process, and prints nothing.
 * @throws HarnessError when no load can be sent, with a code, a message and a hint
 */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { signal, log = () => undefined } = options
  const quiet = createQuietHost({ cwd: options.cwd, env: options.env, log })
  const { scenario, host } = givenLoad([options.scenario], {}, overridesOf(options), quiet)
  const stop = new StopSwitch()
  const drain = () => stop.press('its caller')
  if (signal?.aborted === true) drain()
  signal?.addEventListener('abort', drain, { once: true })
  try {
    const request = { ...scenario, ...settingsOf(options, host), stop }
    const { record, verdict, files, failures } = await runToVerdict(request, host, progressOf(stop, log))
    return { record, verdict, files, failures }
  } finally {
    signal?.removeEventListener('abort', drain)
  }
}

function overridesOf({
  outputs,
  environment,
  target,
  agents,
  rate,
  duration,
  warmUp,
  seed,
  ...rest
}: RunOptions) {
  const { allowHosts, set } = rest
  const given = { environment, target, agents, rate, duration, warmUp, seed, allowHosts, set }
  const stated = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(stated), ...givenOutputs(outputs) }
}

function settingsOf(options: RunOptions, { cwd }: Host) {
  const { threads = null, outDir = 'reports', history = HISTORY_FILE, build = null } = options
  const { reports = DEFAULT_REPORTS, strict = false, retries = 0, state = STATE_FILE, armRollback } = options
  const baseline = baselineOf(options)
  const folder = options.baselines ?? BASELINES_FOLDER
  const arming = armRollback === true ? ('asked' as const) : ('by-scenario' as const)
  return {
    ...{ threads, outDir, strict, retries, state },
    reports: reports.map((name) => knownReports.get(name).name),
    history: history === false ? null : { store: history, build },
    compare: baseline === null ? autoBaseline({ folder }, cwd) : namedBaseline(baseline, cwd),
    inconclusive: 'fail' as const,
    within: null,
    pool: null,
    enforce: { arming },
    onJudged: null,
  }
}

/** Writes what the command writes where there is no terminal. */
function progressOf(stop: StopSwitch, log: (text: string) => void): RunProgress {
  const runs = new WatchedRuns(stop)
  const view = createPlainView({ write: log })
  return {
    onBegin: runs.onBegin,
    onPrepared(plan, threads) {
      runs.onPrepared(plan, threads)
      view.begin(runs.present)
    },
    onInterval(...seen) {
      runs.onInterval(...seen)
      view.update()
    },
    onDoubt: runs.onDoubt,
    onEvent: runs.onEvent,
    onStep: runs.onStep,
    onAlert: runs.onAlert,
    onNote(text) {
      runs.onNote(text)
      log(`${text}\n`)
    },
  }
}
