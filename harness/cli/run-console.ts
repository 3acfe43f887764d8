/**
 * The output of runs on stderr: progress, and log lines that carry the ids of their run. In JSON format progress is a log
 * line too; on a terminal it takes the full screen, and the log lines are on the normal screen afterwards.
 */

import { type Command, Option } from 'commander'
import type { RunProgress, StepListener } from '../app/run/progress.ts'
import type { StopSwitch } from '../base/stop-request.ts'
import { formatAmount } from '../base/units.ts'
import { createPlainView, createScreenView, SILENT_VIEW } from '../live/progress.ts'
import type { ProgressView } from '../live/progress-view.ts'
import { rollbackStepLine } from '../live/rollback-step-line.ts'
import { WatchedRuns } from '../live/watched-runs.ts'
import type { Alert } from '../model/alert.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import type { RunPlan } from '../model/plan.ts'
import { agentsOf, modelOf } from '../model/plan-load.ts'
import type { Host, TextStream } from '../ports/host.ts'
import type { PreflightFinding } from '../ports/preflight.ts'
import { createLog, LOG_LEVELS, type Log, type LogLevel } from '../telemetry/log.ts'
import { isCi, LOG_CHOICES, type LogChoice, type LogFormat, logFormatOf } from '../telemetry/log-format.ts'
import { lengthText } from '../text/length-text.ts'
import { patternText } from '../text/load-text.ts'
import { objectiveEventText } from '../text/objective-event-text.ts'

export interface LogFlags {
  readonly quiet?: boolean
  readonly tui: boolean
  readonly log: LogChoice
  readonly logLevel: LogLevel
}

/** Adds the flags to a command. */
export function addLogOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--log <format>', 'log format on stderr; auto is JSON in CI and pretty elsewhere')
        .choices(LOG_CHOICES)
        .default('auto'),
    )
    .addOption(
      new Option('--log-level <level>', 'least severe log lines to print')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .option('--no-tui', 'print a progress line every five seconds instead of using the full screen')
    .option('--quiet', 'print no progress and no log lines')
}

export class RunConsole implements RunProgress {
  readonly #host: Host
  readonly #format: LogFormat
  readonly #level: LogLevel
  readonly #view: ProgressView
  /** The runs as they are shown, here and on pages. */
  readonly runs: WatchedRuns
  #log: Log

  /** @param stop the switch that the keys of the full screen press */
  constructor(host: Host, flags: LogFlags, stop: StopSwitch) {
    const { quiet = false, log, logLevel } = flags
    const { stderr, env } = host
    this.#host = host
    this.runs = new WatchedRuns(stop)
    this.#format = logFormatOf(log, stderr.isTerminal, env)
    this.#level = quiet ? 'silent' : logLevel
    this.#view = this.#createView(flags, stop)
    this.#log = this.#openLog({ runId: '', correlationId: '' }, {})
  }

  /** Prints a line that belongs to no run. */
  readonly say = (text: string): void => {
    this.#log.info(text)
    this.runs.say(text)
  }

  /** The host to pass to runs: its stderr is written beside the progress without breaking it. */
  get host(): Host {
    const { stderr } = this.#host
    const isShared = this.#format === 'json' || this.#level === 'silent'
    return { ...this.#host, stderr: isShared ? stderr : this.#shared }
  }

  /** Restores the terminal; may be called again. */
  done(): void {
    this.#view.done()
  }

  readonly onBegin: RunProgress['onBegin'] = (source, secrets) => {
    this.#log = this.#openLog(source, secrets)
    this.runs.onBegin(source, secrets)
  }

  readonly onPrepared = (plan: RunPlan, threads: number, findings: readonly PreflightFinding[]): void => {
    this.runs.onPrepared(plan, threads)
    for (const { level, check, message, hint = '' } of findings)
      if (level === 'advice') this.#log.warn(`${check}: ${message}. ${hint}`)
    this.#log.info(
      `${plan.scenario}: ${patternText(plan)} (${modelOf(plan)} model), up to ${agentsOf(plan)} agents, ${lengthText(plan)}, seed ${plan.seed}, ${formatAmount(threads, 'thread')}`,
    )
    this.#view.begin(this.runs.present)
  }

  readonly onInterval: RunProgress['onInterval'] = (...seen) => {
    this.runs.onInterval(...seen)
    this.#view.update()
  }

  readonly onDoubt: RunProgress['onDoubt'] = (doubt) => this.runs.onDoubt(doubt)

  readonly onEvent = (event: ObjectiveEvent): void => {
    this.runs.onEvent(event)
    const text = objectiveEventText(event)
    if (event.to !== 'firing') this.#log.info({ event }, text)
    else if (event.severity === 'info' || event.severity === 'warning') this.#log.warn({ event }, text)
    else this.#log.error({ event }, text)
  }

  readonly onStep: StepListener = (step, taken) => {
    this.runs.onStep(step, taken)
    const write = taken?.outcome === 'failed' ? this.#log.error : this.#log.info
    write({ step, taken }, rollbackStepLine(step, taken))
  }

  /** Shows an alert; its delivery is in the record, and the console channel writes to stderr by itself. */
  readonly onAlert = (alert: Alert): void => this.runs.onAlert(alert)

  readonly onNote = (message: string): void => {
    this.#log.warn(message)
    this.runs.onNote(message)
  }

  #createView({ quiet = false, tui }: LogFlags, stop: StopSwitch): ProgressView {
    const { stderr, env } = this.#host
    if (quiet) return SILENT_VIEW
    if (this.#format === 'json') return createPlainView({ write: (text) => this.#log.info(text.trimEnd()) })
    const screen = tui && !isCi(env) ? createScreenView(this.#host, stop) : null
    return screen ?? createPlainView(stderr)
  }

  get #shared(): TextStream {
    const { isTerminal, hasColours, columns } = this.#host.stderr
    return { isTerminal, hasColours, columns, write: (text) => this.#view.say(text.trimEnd()) }
  }

  #openLog(bindings: Parameters<RunProgress['onBegin']>[0], secrets: Readonly<Record<string, string>>): Log {
    const { stderr, clock } = this.#host
    const stream = this.#format === 'json' ? stderr : this.#shared
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
