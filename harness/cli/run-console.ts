/**
 * What stderr shows of runs: progress, and log lines that carry the ids of the run they are about. Where lines are JSON,
 * progress is one of them; on a terminal it is one line that renews itself, and log lines stand above it.
 */
import { type Command, Option } from 'commander'
import { objectiveEventText } from '../analysis/monitor/objective-event.ts'
import type { StepListener } from '../app/rollback/request.ts'
import type { RunProgress } from '../app/run.ts'
import { formatAmount, formatDurationMs } from '../base/units.ts'
import { createProgressView, type ProgressView } from '../live/progress.ts'
import { rollbackStepLine } from '../live/rollback-step-line.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { MergedInterval } from '../model/merged-interval.ts'
import type { RunPlan } from '../model/plan.ts'
import type { Host, TextStream } from '../ports/host.ts'
import type { PreflightFinding } from '../ports/preflight.ts'
import { createLog, LOG_LEVELS, type Log, type LogLevel } from '../telemetry/log.ts'
import { LOG_CHOICES, type LogChoice, type LogFormat, logFormatOf } from '../telemetry/log-format.ts'

export interface LogFlags {
  readonly quiet?: boolean
  readonly log: LogChoice
  readonly logLevel: LogLevel
}

/** Adds the flags to a command. */
export function addLogOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--log <format>', 'lines on stderr: JSON in CI, pretty elsewhere')
        .choices(LOG_CHOICES)
        .default('auto'),
    )
    .addOption(
      new Option('--log-level <level>', 'the least severe lines that are shown')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .option('--quiet', 'no progress, no lines')
}

export class RunConsole implements RunProgress {
  readonly #host: Host
  readonly #format: LogFormat
  readonly #level: LogLevel
  readonly #view: ProgressView
  #log: Log

  constructor(host: Host, { quiet = false, log, logLevel }: LogFlags) {
    const { stderr, env } = host
    this.#host = host
    this.#format = logFormatOf(log, stderr.isTerminal, env)
    this.#level = quiet ? 'silent' : logLevel
    const logged: TextStream = {
      isTerminal: false,
      columns: stderr.columns,
      write: (text) => this.#log.info(text.trimEnd()),
    }
    this.#view = createProgressView(this.#format === 'json' ? logged : stderr, quiet)
    this.#log = this.#openLog({ runId: '', correlationId: '' }, {})
  }

  /** A line about no run in particular. */
  readonly say = (text: string): void => this.#log.info(text)

  /** For what writes to stderr by itself: its lines stand above the progress. */
  get stderr(): TextStream {
    const { stderr } = this.#host
    if (this.#format === 'json' || this.#level === 'silent') return stderr
    return { isTerminal: stderr.isTerminal, columns: stderr.columns, write: this.#above }
  }

  /** The last line of progress stays where it is. */
  done(): void {
    this.#view.done()
  }

  readonly onBegin: RunProgress['onBegin'] = (source, secrets) => {
    this.#log = this.#openLog(source, secrets)
  }

  readonly onPrepared = (plan: RunPlan, threads: number, findings: readonly PreflightFinding[]): void => {
    for (const { level, check, message, hint = '' } of findings)
      if (level === 'advice') this.#log.warn(`${check}: ${message}. ${hint}`)
    const { pattern, model, agents } = plan.workload
    this.#log.info(
      `${plan.scenario}: ${pattern} (${model} model), up to ${agents} agents, ${formatDurationMs(plan.durationMs)}, seed ${plan.seed}, ${formatAmount(threads, 'thread')}`,
    )
  }

  readonly onInterval = (interval: MergedInterval, plan: RunPlan): void => this.#view.update(interval, plan)

  readonly onEvent = (event: ObjectiveEvent): void => {
    const text = objectiveEventText(event)
    if (event.to !== 'firing') this.#log.info({ event }, text)
    else if (event.severity === 'info' || event.severity === 'warning') this.#log.warn({ event }, text)
    else this.#log.error({ event }, text)
  }

  readonly onStep: StepListener = (step, taken) => {
    const write = taken?.outcome === 'failed' ? this.#log.error : this.#log.info
    write({ step, taken }, rollbackStepLine(step, taken))
  }

  /** What becomes of alerts is in the record; those for the console stand on stderr by themselves. */
  readonly onAlert = (): void => undefined

  readonly onNote = (message: string): void => this.#log.warn(message)

  readonly #above = (text: string): void => this.#view.say(text.trimEnd())

  #openLog(bindings: Parameters<RunProgress['onBegin']>[0], secrets: Readonly<Record<string, string>>): Log {
    const { stderr, clock } = this.#host
    const stream =
      this.#format === 'json'
        ? stderr
        : { isTerminal: stderr.isTerminal, columns: stderr.columns, write: this.#above }
    const { runId, correlationId } = bindings
    return createLog({
      format: this.#format,
      level: this.#level,
      stream,
      bindings: { runId, correlationId },
      secrets,
      clock,
    })
  }
}
