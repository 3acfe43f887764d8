/** Activities that send load: a run, and a search for the capacity. */
import { join, relative } from 'node:path'
import { outcomeOfVerdict, runResult } from '../../analysis/qualification/run-result.ts'
import { lookUp } from '../../base/names.ts'
import type { LoadOverrides } from '../../model/qualification-plan.ts'
import type { Host } from '../../ports/host.ts'
import { CAPACITY_FILE } from '../../store/capacity-folder.ts'
import { QUALIFICATION_RUNS } from '../../store/qualification-folder.ts'
import { exists } from '../../system/files.ts'
import { searchCapacity } from '../capacity/search-capacity.ts'
import type { CapacityObserver } from '../capacity/search-loop.ts'
import { autoBaseline, BASELINES_FOLDER, namedBaseline } from '../compare/baselines.ts'
import { runAndConfirm } from '../compare/confirm.ts'
import type { RunProgress } from '../run/progress.ts'
import type { FinishedRun } from '../run/publish.ts'
import { MEASURE_ONLY } from '../run/request.ts'
import { runScenario } from '../run/run.ts'
import { inputValues } from './parts.ts'
import type { ActivityContext, Work } from './work-context.ts'

const REPORTS = ['html', 'markdown', 'junit']

/** Changes of the scenario, with the inputs filled in: `{{inputs.rows}}`. */
export function loadOverrides({ inputs, noMocks }: ActivityContext, overrides: LoadOverrides) {
  const values = inputValues(inputs)
  const set = (overrides.set ?? []).map((text) =>
    text.replaceAll(/\{\{inputs\.([\w-]+)\}\}/g, (all, name: string) => lookUp(values, name) ?? all),
  )
  return { ...overrides, set, ...(noMocks ? { mocks: false as const } : {}) }
}

/** The environment in which secrets of the scenario find the inputs. */
export function withInputs({ place: { host }, inputs }: ActivityContext): Host {
  return { ...host, env: { ...host.env, ...inputEnvironment(inputs) } }
}

/** `PROOFLOAD_INPUT_ROWS` */
export function inputEnvironment(inputs: ActivityContext['inputs']): Record<string, string> {
  const entries = Object.entries(inputValues(inputs))
  return Object.fromEntries(
    entries.map(([name, value]) => [`PROOFLOAD_INPUT_${name.replaceAll('-', '_').toUpperCase()}`, value]),
  )
}

export const runWork: Work<'run'> = async (context) => {
  const { work, place, activity, strict } = context
  const { host } = place
  const baseline = { name: work.baseline ?? '', folder: BASELINES_FOLDER }
  const request = {
    ...MEASURE_ONLY,
    source: work.scenario,
    overrides: loadOverrides(context, work.overrides),
    threads: work.threads,
    outDir: place.folder,
    within: join(place.folder, QUALIFICATION_RUNS),
    inputs: inputValues(context.inputs),
    state: place.state,
    stop: place.stop,
    reports: REPORTS,
    history: place.history,
    strict,
    enforce: { arming: work.armRollback ? ('asked' as const) : ('by-scenario' as const) },
  }
  const progress = tellingRun(context)
  const finished =
    work.baseline !== null && work.confirm
      ? await runAndConfirm({ ...request, baseline }, withInputs(context), progress, {
          onRun: () => undefined,
          onPair: () => undefined,
        })
      : await runScenario(
          {
            ...request,
            compare:
              work.baseline === null
                ? autoBaseline({ folder: BASELINES_FOLDER }, host.cwd)
                : namedBaseline(baseline, host.cwd),
          },
          withInputs(context),
          progress,
        )
  const { runId, status } = finished.record
  const wasCut = place.stop.level !== 'none' && (status === 'interrupted' || status === 'aborted')
  const shared = { runId, files: relativeTo(place.folder, finished.files), values: runValues(finished) }
  if (wasCut) return { outcome: 'cancelled', message: 'people ended it', ...shared }
  const result = runResult(activity, finished.verdict)
  return { message: result.reasons[0]?.message ?? 'GO', ...result, ...shared }
}

export const capacityWork: Work<'capacity'> = async (context) => {
  const { work, place, strict, cutOff } = context
  const runs = join(place.folder, QUALIFICATION_RUNS)
  const cut = cutOff === null ? null : join(runs, cutOff)
  const { atLeast, from, max, probesMax, probeS, budgetMs } = work
  const settings = { from, max, probesMax, probeS, budgetS: budgetMs === null ? null : budgetMs / 1000 }
  const request = {
    source: work.scenario,
    overrides: loadOverrides(context, work.overrides),
    threads: work.threads,
    outDir: place.folder,
    within: runs,
    inputs: inputValues(context.inputs),
    state: place.state,
    history: place.history,
    stop: place.stop,
    by: work.by,
    settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)),
    // Its probes are all that it knew.
    resume: cut !== null && (await exists(join(cut, CAPACITY_FILE))) ? cut : null,
    allowsOverload: false,
    answer: { atLeast, strict },
    demand: null,
    pool: null,
    reports: ['html', 'markdown'],
  }
  const { record, files } = await searchCapacity(
    request,
    withInputs(context),
    context.progress,
    tellingSearch(context),
  )
  const { outcome, message, safe, capacity } = record.answer
  const wasCut = place.stop.level !== 'none' && outcome === 'INCONCLUSIVE'
  return {
    outcome: wasCut ? 'cancelled' : outcomeOfVerdict(outcome),
    message,
    files: relativeTo(place.folder, files),
    values: Object.fromEntries(
      Object.entries({
        report: files['html'],
        record: files['record'],
        safe: safe?.toString(),
        median: capacity?.median.toString(),
      }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  }
}

/** Writes the id of a search into the journal, once it has a folder. */
function tellingSearch({ activity, tell }: ActivityContext): CapacityObserver {
  let isTold = false
  return {
    onNext(_next, { capacityId }) {
      if (!isTold) tell({ kind: 'run', activity: activity.name, runId: capacityId })
      isTold = true
    },
    onProbe: () => undefined,
  }
}

/** Writes the id of a run into the journal as soon as it has one. */
function tellingRun({ activity, progress, tell }: ActivityContext): RunProgress {
  return {
    onBegin(run, secrets) {
      tell({ kind: 'run', activity: activity.name, runId: run.runId })
      progress.onBegin(run, secrets)
    },
    onPrepared: (...args) => progress.onPrepared(...args),
    onInterval: (...args) => progress.onInterval(...args),
    onDoubt: (...args) => progress.onDoubt(...args),
    onEvent: (...args) => progress.onEvent(...args),
    onStep: (...args) => progress.onStep(...args),
    onAlert: (...args) => progress.onAlert(...args),
    onNote: (...args) => progress.onNote(...args),
  }
}

function relativeTo(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, relative(folder, file)]))
}

function runValues({ record, verdict, files }: FinishedRun): Record<string, string> {
  const { responseTimeMs, throughputPerSec } = verdict.summary
  const { p50, p95, p99 } = responseTimeMs
  return {
    ...(files['html'] === undefined ? {} : { report: files['html'] }),
    ...(files['record'] === undefined ? {} : { record: files['record'] }),
    outcome: verdict.outcome,
    runId: record.runId,
    'summary.p50': `${p50}`,
    'summary.p95': `${p95}`,
    'summary.p99': `${p99}`,
    'summary.rate': `${throughputPerSec}`,
  }
}
