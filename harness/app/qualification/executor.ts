/** Does the work of activities: tries the target itself, then the mock that the plan declares; turns every end into an outcome. */
import { join } from 'node:path'
import { activityResult } from '../../analysis/qualification/run-result.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { isInterrupted } from '../../base/stop-request.ts'
import type { QualificationRecord, QualificationUndo } from '../../model/qualification.ts'
import type { ActivityResult } from '../../model/qualification-journal.ts'
import type { ActivityPlan, ActivityWork } from '../../model/qualification-plan.ts'
import type { Host } from '../../ports/host.ts'
import { JOURNAL_FILE } from '../../store/journal.ts'
import { QUALIFICATION_RUNS } from '../../store/qualification-folder.ts'
import { exists } from '../../system/files.ts'
import { type RunProgress, SILENT_PROGRESS } from '../run/progress.ts'
import type { Attempt, Executor, TellableEntry } from './drive.ts'
import { capacityWork, runWork } from './load-work.ts'
import { approvalWork, checkWork, commandWork, runUndo, visualWork } from './other-work.ts'
import { collectInputs, collectOutputs } from './parts.ts'
import { reusedResult } from './reuse.ts'
import type { ActivityContext, QualificationPlace, Work, WorkContext, WorkEnd } from './work-context.ts'

/** The work that lies in another room. */
export interface Works {
  readonly triage: Work<'triage'>
  /** Makes a record of a run that was killed. @param folder of the run */
  readonly recover: (folder: string, host: Host) => Promise<unknown>
}

export interface ExecutorOptions {
  readonly place: QualificationPlace
  readonly works: Works
  readonly progress: RunProgress
  /** Qualifications before, the newest first. */
  readonly past: readonly QualificationRecord[]
}

/** Codes of a target, or of something that it needs, that is away. */
const AWAY: ReadonlySet<string> = new Set(['TARGET_UNREACHABLE', 'TARGET_LAUNCH_FAILED', 'SECRET_MISSING'])
/** Preflight checks that say the same. */
const AWAY_CHECKS: readonly string[] = ['target-reachable', 'requirements-met', 'secrets-present']
/** Codes that say nothing about the target. */
const INSTRUMENT: ReadonlySet<string> = new Set([
  ...['PREFLIGHT_BLOCKED', 'LINE_STOPPED', 'STATE_UNREACHABLE', 'HISTORY_UNUSABLE', 'REPORT_UNWRITABLE'],
  ...['FFMPEG_MISSING', 'FILE_LOCKED', 'SYSTEM_REFUSED'],
])

export class ActivityExecutor implements Executor {
  readonly #options: ExecutorOptions
  /** The activity whose load is shown; another one that overlaps is not. */
  #shown: string | null = null

  constructor(options: ExecutorOptions) {
    this.#options = options
  }

  readonly inputsOf: Executor['inputsOf'] = (activity, state) =>
    collectInputs(activity, state, this.#options.place.host.cwd)

  async execute(
    activity: ActivityPlan,
    attempt: Attempt,
    tell: (entry: TellableEntry) => void,
  ): Promise<ActivityResult> {
    const { past, place } = this.#options
    const { host } = place
    const { wish } = attempt.state
    const reused = await reusedResult(activity, attempt, { past, cwd: host.cwd, wallMs: host.clock.wallMs() })
    if (reused !== null) return reused
    const shows = activity.isLoad && this.#shown === null
    if (shows) this.#shown = activity.name
    const cutOff = attempt.state.activities.get(activity.name)?.cutOff ?? null
    const context = {
      ...{ activity, attempt: attempt.number, cutOff, inputs: attempt.inputs, place, tell },
      ...{ strict: wish.strict, noMocks: wish.noMocks },
      progress: shows ? this.#options.progress : SILENT_PROGRESS,
    }
    try {
      if (cutOff !== null && activity.kind === 'run') await this.#recover(cutOff)
      const end = await this.#workOrMock(activity, context)
      const { values = {}, ...rest } = { ...end, message: place.mask(end.message) }
      return await this.#withOutputs(activity, activityResult(activity, rest), values)
    } finally {
      if (shows) this.#shown = null
    }
  }

  /** Keeps as evidence what a run that was killed has measured, though it runs again. */
  async #recover(runId: string): Promise<void> {
    const { host, folder, say } = this.#options.place
    const path = join(folder, QUALIFICATION_RUNS, runId)
    // The journal of a run makes way for its record.
    if (!(await exists(join(path, JOURNAL_FILE)))) return
    try {
      await this.#options.works.recover(path, host)
      say(`${runId} was cut off: it is recovered, and the activity runs again`)
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      say(`${runId} was cut off and cannot be recovered: ${messageOf(error)}`)
    }
  }

  async undo(activity: ActivityPlan): Promise<QualificationUndo> {
    const { place } = this.#options
    const { clock } = place.host
    const argv = activity.undo ?? []
    const startedAt = isoOf(clock.wallMs())
    const problem = await runUndo(this.#undoContext(activity), argv)
    const shared = { command: argv.join(' '), startedAt, endedAt: isoOf(clock.wallMs()) }
    return problem === null
      ? { ...shared, outcome: 'undone', message: 'ended with 0' }
      : { ...shared, outcome: 'failed', message: place.mask(problem) }
  }

  #undoContext(activity: ActivityPlan): ActivityContext {
    const { place } = this.#options
    return {
      ...{ activity, attempt: 1, cutOff: null, inputs: [], place, tell: () => undefined },
      ...{ strict: false, noMocks: false, progress: SILENT_PROGRESS },
    }
  }

  async #workOrMock(activity: ActivityPlan, context: ActivityContext): Promise<WorkEnd> {
    try {
      return await this.#work({ ...context, work: activity.work })
    } catch (error) {
      const { mock } = activity
      if (mock === null || context.noMocks || !isAway(error)) return endOf(error)
      const why = `${mock.by} took its place: ${messageOf(error)}`
      const end = await this.#onMock(mock.work ?? sandboxed(activity.work), context)
      if (end.outcome === 'cancelled') return end
      const { runId = null, files = {}, values = {} } = end
      return { outcome: 'mocked', message: why, mocked: mock.by, runId, files, values }
    }
  }

  async #onMock(work: ActivityWork | null, context: ActivityContext): Promise<WorkEnd> {
    if (work === null) return { outcome: 'passed', message: 'nothing was run' }
    try {
      return await this.#work({ ...context, work })
    } catch (error) {
      return endOf(error)
    }
  }

  #work(context: WorkContext): Promise<WorkEnd> {
    const { work } = context
    switch (work.kind) {
      case 'run':
        return runWork({ ...context, work })
      case 'capacity':
        return capacityWork({ ...context, work })
      case 'triage':
        return this.#options.works.triage({ ...context, work })
      case 'command':
        return commandWork({ ...context, work })
      case 'check':
        return checkWork({ ...context, work })
      case 'approval':
        return approvalWork({ ...context, work })
      case 'visual':
        return visualWork({ ...context, work })
    }
  }

  async #withOutputs(
    activity: ActivityPlan,
    result: ActivityResult,
    values: Readonly<Record<string, string>>,
  ): Promise<ActivityResult> {
    const { outputs, missing } = await collectOutputs(activity, values, this.#options.place.host.cwd)
    if (result.outcome !== 'passed' || missing.length === 0) return { ...result, outputs: [...outputs] }
    const message = `it passed, and its output is not there: ${missing.join(', ')}`
    return {
      ...activityResult(activity, { outcome: 'failed', code: 'OUTPUT_MISSING', message }),
      ...{ runId: result.runId, files: result.files, outputs: [...outputs] },
    }
  }
}

/** Load goes to the sandbox; nothing else has a replacement by itself. */
function sandboxed(work: ActivityWork): ActivityWork | null {
  if (!('scenario' in work)) return null
  const set = [...(work.overrides.set ?? []), 'target={plugin: sandbox}']
  return { ...work, overrides: { ...work.overrides, set } }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof HarnessError)) return false
  const isBlocked = error.code === 'PREFLIGHT_BLOCKED'
  return AWAY.has(error.code) || (isBlocked && error.problems.some(({ path }) => AWAY_CHECKS.includes(path)))
}

/** The end of work that could not be done. @throws what is a bug */
function endOf(error: unknown): WorkEnd {
  if (!(error instanceof HarnessError)) throw error
  if (isInterrupted(error)) return { outcome: 'cancelled', code: 'INTERRUPTED', message: 'people ended it' }
  const [first] = error.problems
  const message = first === undefined ? error.message : `${error.message}: ${first.path}: ${first.message}`
  if (isAway(error)) return { outcome: 'failed', code: 'TARGET_UNREACHABLE', message }
  return { outcome: INSTRUMENT.has(error.code) ? 'inconclusive' : 'failed', code: error.code, message }
}
