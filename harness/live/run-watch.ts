/**
 * Folds what happens in a run into what people watch. The terminal and the dashboard look at the same view; nothing in here
 * can change a run. Memory does not grow with the length of a run: the series is halved when it is full.
 */
import { sum } from 'simple-statistics'
import type { MeasuredView } from '../analysis/measured-view.ts'
import { liveIntervalOf, viewOf } from '../analysis/monitor/live-interval.ts'
import { subjectBounds } from '../charts/bounds.ts'
import { percentilesOf } from '../charts/percentiles.ts'
import { runPointOf } from '../charts/run-point.ts'
import { badOf, completedOf } from '../measure/counts.ts'
import { HalvingSeries } from '../measure/halving-series.ts'
import type { Alert } from '../model/alert.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import type { LiveEvent, LiveVerdict, LiveView } from '../model/live-view.ts'
import type { MergedInterval } from '../model/merged-interval.ts'
import type { ObjectivePlan, RunPlan } from '../model/plan.ts'
import { agentsOf, endingIterationsOf, modelOf } from '../model/plan-load.ts'
import type { RollbackStepName, TakenStep } from '../model/rollback.ts'
import type { RunPoint } from '../model/run-point.ts'
import type { Verdict, VerdictReason } from '../model/verdict.ts'
import { patternText } from '../text/load-text.ts'
import { objectiveEventText } from '../text/objective-event-text.ts'
import { alertLine } from './alert-line.ts'
import { BudgetWatch } from './budget-watch.ts'
import { EMPTY_VIEW } from './empty-view.ts'
import { FailureWatch } from './failure-watch.ts'
import { generatorStatusOf } from './generator-status.ts'
import { joinPoints } from './join-points.ts'
import { ResponseTimes } from './latency.ts'
import { LiveMarks } from './live-marks.ts'
import { liveVerdictOf } from './live-verdict.ts'
import { ObjectiveReadings } from './objective-readings.ts'
import { changedStatus, doubtedStatus, judgedStatus, statusOf } from './objective-status.ts'
import { rollbackStepLine } from './rollback-step-line.ts'

const EVENTS_MAX = 200
/** An hour by the second; longer runs by the two seconds, and so on. Odd: the point that is too many makes pairs of all. */
const POINTS_MAX = 3_599

/** Is told what happens, in order; `view` and `points` are what it looks like by now. */
export class RunWatch {
  #view = EMPTY_VIEW
  readonly #times = new ResponseTimes()
  readonly #points = new HalvingSeries(POINTS_MAX, joinPoints)
  readonly #marks = new LiveMarks()
  #objectives: readonly ObjectivePlan[] = []
  #budgets = new BudgetWatch([])
  #readings: ObjectiveReadings | null = null
  readonly #failures = new FailureWatch()
  #isStopping = false

  get view(): LiveView {
    return this.#view
  }

  /** The series so far; each second is in it at once. */
  get points(): readonly RunPoint[] {
    return this.#points.all
  }

  readonly onBegin = ({ runId, correlationId }: Pick<LiveView, 'runId' | 'correlationId'>): void => {
    this.#change({ runId, correlationId })
  }

  readonly onPrepared = (plan: RunPlan, threads: number): void => {
    this.#objectives = plan.objectives
    this.#budgets = new BudgetWatch(plan.objectives)
    this.#readings = new ObjectiveReadings(plan)
    this.#marks.prepared(plan.phases)
    this.#change({
      stage: 'running',
      scenario: plan.scenario,
      plan: {
        pattern: patternText(plan),
        model: modelOf(plan),
        agents: agentsOf(plan),
        threads,
        seed: plan.seed,
        durationMs: plan.durationMs,
        iterations: endingIterationsOf(plan),
        phases: plan.phases,
        targets: Object.values(plan.targets).map(({ plugin, config }) => String(config['url'] ?? plugin)),
      },
      objectives: plan.objectives.map(statusOf),
      bounds: subjectBounds(plan.objectives),
    })
  }

  /** One more second. @param whole everything so far */
  readonly onInterval = (
    interval: MergedInterval,
    plan: RunPlan,
    snapshots: readonly IntervalSnapshot[],
    whole: () => MeasuredView,
    hosts: LiveView['hosts'] = [],
  ): void => {
    const { startMs, endMs, phase, dispatch } = interval
    const seconds = Math.max(0.001, (endMs - startMs) / 1000)
    const { latest, ...times } = this.#times.add(interval)
    const steps = Object.values(interval.steps)
    const completed = sum(steps.map(completedOf))
    const live = liveIntervalOf(snapshots, interval)
    const single = viewOf([live], plan)
    this.#budgets.add(single)
    this.#failures.add(snapshots)
    const readings = this.#readings?.read(live, single, whole()) ?? []
    if (phase !== this.#view.phase)
      this.#happened({ atMs: startMs, kind: 'phase', level: 'info', text: phase })
    this.#change({
      stage: this.#isStopping || startMs >= plan.durationMs ? 'draining' : 'running',
      nowMs: endMs,
      phase,
      plannedPerSec: dispatch.planned / seconds,
      startedPerSec: dispatch.started / seconds,
      requestsPerSec: completed / seconds,
      activeAgents: interval.activeAgents,
      backlog: interval.backlog,
      inFlight: interval.inFlight,
      regions: interval.regions,
      startedCount: this.#view.startedCount + dispatch.started,
      requestCount: this.#view.requestCount + completed,
      errorCount: this.#view.errorCount + sum(steps.map(badOf)),
      failures: this.#failures.list(),
      failedByCode: this.#view.failedByCode + dispatch.failedByCode,
      ...times,
      objectives: this.#view.objectives.map((status, i) => ({
        ...status,
        ...readings[i],
        budgetLeftRatio: this.#budgets.leftRatioOf(i),
      })),
      generator: generatorStatusOf(interval, latest.quantileUs(0.99) / 1000),
      hosts,
      target: interval.target,
    })
    this.#points.add(runPointOf(interval, plan.durationMs, percentilesOf(latest)))
  }

  readonly onEvent = (event: ObjectiveEvent): void => {
    this.#marks.changed(event)
    const isBad = event.to === 'firing' || event.to === 'pending'
    const level = event.to === 'firing' ? 'error' : 'warning'
    this.#happened({
      atMs: event.atMs,
      kind: 'breach',
      level: isBad ? level : 'info',
      text: objectiveEventText(event),
    })
    this.#change({
      objectives: this.#view.objectives.map((status, i) =>
        status.id === event.id ? changedStatus(status, event, this.#objectives[i]) : status,
      ),
    })
  }

  readonly onDoubt = (doubt: VerdictReason | null): void => {
    this.#change({
      objectives: this.#view.objectives.map((status, i) => doubtedStatus(status, this.#objectives[i], doubt)),
    })
  }

  readonly onAlert = (alert: Alert): void => {
    this.#now('alert', alert.status === 'firing' ? 'warning' : 'info', alertLine(alert))
  }

  readonly onStep = (step: RollbackStepName, taken: TakenStep | null): void => {
    this.#marks.rolledBack(this.#view.nowMs)
    this.#now('rollback', taken?.outcome === 'failed' ? 'error' : 'info', rollbackStepLine(step, taken))
  }

  readonly onNote = (text: string): void => {
    this.#now('note', 'warning', text)
  }

  /** Something that is worth knowing, and no more. */
  readonly say = (text: string): void => {
    this.#now('note', 'info', text)
  }

  /** Somebody asked the load to end before its plan does. @param by whom or what: `SIGINT`, `dashboard` */
  stopping(by: string): void {
    const text = this.#isStopping ? `asked again (${by})` : `asked to stop (${by})`
    this.#isStopping = true
    this.#marks.stopped(by, this.#view.nowMs)
    this.#now('stop', 'warning', text)
    if (this.#view.stage === 'running') this.#change({ stage: 'draining' })
  }

  judged(verdict: Verdict): void {
    this.#change({
      stage: 'done',
      verdict: liveVerdictOf(verdict),
      objectives: this.#view.objectives.map((status) => judgedStatus(status, verdict.objectives)),
    })
  }

  /** The search that it was the last load of has an answer. */
  answered(verdict: LiveVerdict): void {
    this.#change({ stage: 'done', verdict })
  }

  failed(message: string): void {
    this.#change({ stage: 'failed', failure: message })
  }

  #now(kind: LiveEvent['kind'], level: LiveEvent['level'], text: string): void {
    this.#happened({ atMs: this.#view.nowMs, kind, level, text })
  }

  #happened(event: LiveEvent): void {
    this.#change({ events: [...this.#view.events, event].slice(-EVENTS_MAX) })
  }

  #change(changes: Partial<LiveView>): void {
    const { nowMs } = { ...this.#view, ...changes }
    this.#view = { ...this.#view, ...changes, marks: this.#marks.until(nowMs) }
  }
}
