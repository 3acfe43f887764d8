/** The outputs of one run: opened before its load, told every few seconds, and told last how it came out. */
import { cutText } from '../../base/cut-text.ts'
import { HarnessError } from '../../base/errors.ts'
import { fillSecrets } from '../../base/fill-secrets.ts'
import type { ObjectiveEvent, ObjectiveStateName } from '../../model/enforcement.ts'
import type { Labels, MetricBatch, MetricPoint } from '../../model/metric-point.ts'
import type { OutputReport } from '../../model/output-report.ts'
import type { OutputsPlan, PluginPlan } from '../../model/plan.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import type { OutputContext, OutputPlugin } from '../../ports/output.ts'
import { outputs as known } from '../../telemetry/outputs/index.ts'
import { metricPoints, type RunFigures } from '../../telemetry/outputs/metric-points.ts'
import { type SeriesBudget, seriesBudget } from '../../telemetry/outputs/series-budget.ts'
import type { LoadContext } from './load-context.ts'
import type { LoadOutputs } from './load-outputs.ts'
import { OutputSender } from './output-sender.ts'
import type { FinishedRun } from './publish.ts'
import { figuresOf, type LastSecond, RUN_STATES } from './run-figures.ts'
import { VERSION } from './version.ts'

/** The shortest interval whose shares of time are believed. */
const WHOLE_MS = 500

const VERDICTS: Readonly<Record<VerdictOutcome, number>> = { GO: 1, NO_GO: 0, INCONCLUSIVE: -1 }

/** Opens the outputs of a plan, and says where figures go. @throws HarnessError OUTPUT_UNAVAILABLE, SCENARIO_INVALID */
export async function openOutputs(
  load: LoadContext,
  plan: OutputsPlan,
  build: string | null,
): Promise<LoadOutputs> {
  const opened: Opened[] = []
  for (const [name, output] of Object.entries(plan.to)) opened.push(checkedOutput(name, output, load))
  const budget = seriesBudget(load.plan, {
    ...plan,
    isClassic: opened.some(({ plugin, config }) => plugin.isClassic(config)),
  })
  for (const text of announcement(opened, budget, plan)) load.note(load.mask.text(text))
  const senders: OutputSender[] = []
  try {
    for (const each of opened) senders.push(await openSender(each, load, plan.resolution))
  } catch (error) {
    const gone = AbortSignal.abort()
    await Promise.all(senders.map((sender) => sender.close(gone)))
    throw error
  }
  return new RunOutputs(load, plan, { senders, budget, build })
}

interface Opened {
  readonly name: string
  readonly plugin: OutputPlugin
  readonly config: Readonly<Record<string, unknown>>
}

function checkedOutput(
  name: string,
  { plugin: pluginName, config }: PluginPlan,
  { secrets }: LoadContext,
): Opened {
  const plugin = known.get(pluginName)
  const parsed = plugin.configSchema.safeParse(fillSecrets(config, secrets))
  if (parsed.success) return { name, plugin, config: parsed.data }
  // Not what stands there: it may be a secret.
  const [issue] = parsed.error.issues
  const place = ['outputs', 'to', name, 'config', ...(issue?.path ?? [])].join('.')
  throw new HarnessError('SCENARIO_INVALID', `${place} does not fit; expected: ${issue?.message}`, {
    hint: 'Check the values of the secrets in it.',
  })
}

async function openSender(
  { name, plugin, config }: Opened,
  load: LoadContext,
  schema: number,
): Promise<OutputSender> {
  const { host, mask } = load
  const note = (text: string) => load.note(mask.text(`output '${name}' (${plugin.name}): ${text}`))
  const context: OutputContext = { clock: host.clock, cwd: host.cwd, env: host.env, schema, note }
  return new OutputSender({
    name,
    plugin: plugin.name,
    place: plugin.placeOf(config).text,
    isAsked: plugin.isAsked,
    everyMs: plugin.everyMs(config),
    output: await plugin.open(config, context),
    clock: host.clock,
    redact: (text) => cutText(mask.text(text), 300),
    onWarning: (text) => load.note(text),
  })
}

/** The lines before the load: where figures go, how many series that makes, and what is left out. */
function announcement(
  opened: readonly Opened[],
  budget: SeriesBudget,
  { maxSeries, perRun }: OutputsPlan,
): string[] {
  const { series, leftOut, hasUnknownSteps } = budget
  const places = opened.map(
    ({ name, plugin, config }) => `${name} (${plugin.name}, ${plugin.placeOf(config).text})`,
  )
  const more = hasUnknownSteps ? ', and those of the steps that code sends' : ''
  return [
    `figures go to ${places.join(', ')}: about ${series} series${more}`,
    ...(leftOut.length === 0 ? [] : [`left out to keep within ${maxSeries} series: ${leftOut.join('; ')}`]),
    ...(series > maxSeries ? [`${series} series are more than outputs.maxSeries (${maxSeries})`] : []),
    ...(perRun
      ? [`outputs.perRun: every run makes these ${series} series anew, for as long as they are kept`]
      : []),
  ]
}

interface Parts {
  readonly senders: readonly OutputSender[]
  readonly budget: SeriesBudget
  readonly build: string | null
}

class RunOutputs implements LoadOutputs {
  readonly #load: LoadContext
  readonly #plan: OutputsPlan
  readonly #parts: Parts
  readonly #states = new Map<string, ObjectiveStateName>()
  #last: LastSecond | null = null
  /** Calendar time of the run's start, and the same instant of the clock that never goes back; null before the first second. */
  #start: { readonly wallMs: number; readonly nowMs: number } | null = null
  #atMs = 0
  #finishing: Promise<unknown> = Promise.resolve()

  constructor(load: LoadContext, plan: OutputsPlan, parts: Parts) {
    this.#load = load
    this.#plan = plan
    this.#parts = parts
  }

  second(closed: LastSecond): void {
    const second = this.#withHealth(closed)
    const { clock } = this.#load.host
    const { endMs } = second.interval
    this.#start ??= { wallMs: clock.wallMs() - endMs, nowMs: clock.nowMs() - endMs }
    this.#last = second
    const due = this.#parts.senders.filter((sender) => sender.isDue(endMs))
    if (due.length === 0) return
    const batch = this.#batch(second, this.#stateAt(second), null)
    // Whoever waits in a queue gets the figures of this second, not of the one in which it is sent.
    const offered = due.every(({ isAsked }) => isAsked) ? batch : translated(batch)
    for (const sender of due) sender.offer(offered)
  }

  event({ id, to }: ObjectiveEvent): void {
    this.#states.set(id, to)
  }

  async end(): Promise<Record<string, OutputReport>> {
    const { senders } = this.#parts
    if (this.#last !== null) {
      const batch = translated(this.#batch(this.#last, RUN_STATES.draining, null))
      for (const sender of senders) sender.offer(batch)
      await Promise.all(senders.map((sender) => sender.settle(this.#load.stop.abortSignal)))
    }
    return Object.fromEntries(senders.map(({ name, report }) => [name, report]))
  }

  finish({ record, verdict }: FinishedRun): void {
    if (this.#last === null) return
    const batch = translated(this.#batch(this.#last, RUN_STATES.done, VERDICTS[verdict.outcome]))
    const { abortSignal } = this.#load.stop
    const end = { batch, record, verdict }
    this.#finishing = Promise.all(this.#parts.senders.map((sender) => sender.finish(end, abortSignal)))
  }

  async close(): Promise<void> {
    await this.#finishing
    const { signal } = this.#load.stop
    await Promise.all(this.#parts.senders.map((sender) => sender.close(signal)))
  }

  /** The last part of a run is too short to say anything about the threads: their health is that of the last whole second. */
  #withHealth(second: LastSecond): LastSecond {
    const { startMs, endMs } = second.interval
    if (this.#last === null || endMs - startMs >= WHOLE_MS) return second
    return { ...second, snapshots: this.#last.snapshots }
  }

  #stateAt({ interval: { startMs, phase } }: LastSecond): number {
    const { durationMs, phases } = this.#load.plan
    if (startMs >= durationMs) return RUN_STATES.draining
    return phases.find(({ name }) => name === phase)?.measured === true
      ? RUN_STATES.measured
      : RUN_STATES.warmUp
  }

  /** Its points are translated when they are read first. */
  #batch(second: LastSecond, state: number, verdict: number | null): MetricBatch {
    let points: readonly MetricPoint[] | null = null
    const translate = () =>
      metricPoints(this.#figures(second, state, verdict), this.#labels(), this.#parts.budget.detail)
    return {
      ...this.#instant(),
      get points() {
        points ??= translate()
        return points
      },
    }
  }

  #labels(): Labels {
    const { plan, runId } = this.#load
    return {
      scenario: plan.scenario,
      ...(plan.environment === null ? {} : { environment: plan.environment }),
      ...(this.#plan.perRun ? { run: runId } : {}),
      ...this.#plan.labels,
    }
  }

  #figures(second: LastSecond, state: number, verdict: number | null): RunFigures {
    const { plan, runId, planHash, controls } = this.#load
    const { build, senders } = this.#parts
    const info = { run_id: runId, plan_hash: planHash, seed: String(plan.seed), version: VERSION }
    return figuresOf(plan, second, {
      state,
      verdict,
      info: build === null ? info : { ...info, build },
      outputs: senders.map(({ name, report: { droppedCount, failedCount } }) => ({
        output: name,
        droppedCount,
        failureCount: failedCount,
      })),
      objectiveStates: this.#states,
      isWatching: controls.isWatching,
    })
  }

  /** Calendar time by the clock that never goes back; no two batches have the same, and the end of a series has one of its own. */
  #instant(): Pick<MetricBatch, 'startMs' | 'atMs'> {
    const start = this.#start ?? { wallMs: 0, nowMs: 0 }
    const atMs = Math.round(start.wallMs + this.#load.host.clock.nowMs() - start.nowMs)
    this.#atMs = Math.max(this.#atMs + 2, atMs)
    return { startMs: Math.round(start.wallMs), atMs: this.#atMs }
  }
}

/** The same batch with its points as they are now. */
function translated({ points, startMs, atMs }: MetricBatch): MetricBatch {
  return { points, startMs, atMs }
}
