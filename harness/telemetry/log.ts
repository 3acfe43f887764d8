/**
 * The log of a run, by pino: written at once and in this thread, so that nothing is lost when the process ends. Secrets are
 * scrubbed from the input of a line (its fields, its message and the formatted values) and again from the complete
 * output line, in case formatting has put one together.
 */
import { type LogFn, pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { type Clock, isoOf } from '../base/clock.ts'
import { visible } from '../base/visible.ts'
import type { TextStream } from '../ports/host.ts'
import type { LogFormat } from './log-format.ts'
import { createScrub, type Scrub } from './scrub.ts'

/** The fields that the message repeats for people. */
const FOR_MACHINES = ['runId', 'correlationId', 'event', 'step', 'taken']
/** The characters of a correlation id that people need to distinguish runs. */
const SHORT_ID = 8

/** The levels of lines, and `silent` for none. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Writes one line: a message, or fields (an error under `err`, or by itself) and a message. Never throws. */
export interface WriteLine {
  (message: string): void
  (fields: object, message?: string): void
}

/** The operations of a log, the only access to its stream. */
export interface Log {
  readonly debug: WriteLine
  readonly info: WriteLine
  readonly warn: WriteLine
  readonly error: WriteLine
}

/** The fields of every line. */
export interface RunBindings {
  readonly runId: string
  readonly correlationId: string
}

export interface LogSettings {
  readonly format: LogFormat
  readonly level: LogLevel
  readonly stream: TextStream
  readonly bindings: RunBindings
  /** The secrets by name; their values appear in no line. */
  readonly secrets: Readonly<Record<string, string>>
  readonly clock: Clock
}

/** Creates the log of one run. */
export function createLog({ format, level, stream, bindings, secrets, clock }: LogSettings): Log {
  const scrub = createScrub(secrets)
  const pretty = format === 'pretty' ? createPretty(stream) : null
  const logger = pino(
    {
      level,
      base: { ...bindings },
      timestamp: () => `,"time":"${isoOf(clock.wallMs())}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are plain data before pino sees them.
      serializers: { err: (error) => error },
      hooks: {
        logMethod(given, write) {
          write.apply(this, scrubbed(given, scrub))
        },
        streamWrite: (line) => `${JSON.stringify(scrub(JSON.parse(line)))}\n`,
      },
    },
    { write: (line: string) => stream.write(pretty === null ? line : pretty(line)) },
  )
  return {
    debug: logger.debug.bind(logger) as WriteLine,
    info: logger.info.bind(logger) as WriteLine,
    warn: logger.warn.bind(logger) as WriteLine,
    error: logger.error.bind(logger) as WriteLine,
  }
}

/** Converts the arguments of a line to plain data; a lone error is converted as pino would. */
function scrubbed(given: readonly unknown[], scrub: Scrub): Parameters<LogFn> {
  const [first, ...rest] = given
  if (!(first instanceof Error)) return given.map(scrub) as Parameters<LogFn>
  const err = scrub(first) as { readonly message?: unknown }
  return [{ err }, ...(rest.length === 0 ? [err.message] : rest.map(scrub))] as Parameters<LogFn>
}

/** Formats lines for people: `[12:07:52] WARN: 20261121-120752-4f2a aba04e85: text`. */
function createPretty(stream: TextStream): (line: string) => string {
  return prettyFactory({
    colorize: stream.hasColours,
    singleLine: true,
    ignore: FOR_MACHINES.join(','),
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: ({ msg, runId, correlationId }) =>
      [runId, String(correlationId).slice(0, SHORT_ID)].join(' ').trim() +
      (runId === '' ? '' : ': ') +
      visible(String(msg)),
  })
}
