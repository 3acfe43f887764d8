import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import { agentCount, PLAIN, whenBusy } from './config.ts'

/** Longest recording: its expected counts are kept a second. */
const DAYS_MAX = 14
const DURATION_MS_MAX = DAYS_MAX * 86_400_000

const configSchema = z.strictObject({
  instantsMs: z
    .array(z.number().min(0).max(DURATION_MS_MAX, `at most ${DAYS_MAX} days after run start`))
    .min(1)
    .refine(
      (instants) => instants.every((atMs, i) => i === 0 || atMs >= (instants[i - 1] as number)),
      'instants in their order',
    )
    .describe(
      'Arrivals in ms since run start, in order; scenario files name a CSV file in their place (csv)',
    ),
  /** Handling of an arrival without a free agent. Default: queue. */
  whenBusy: whenBusy.default('queue'),
  /** Most agents at once. Default: two seconds of arrivals at the peak. */
  agents: agentCount.optional().describe('Most agents at once'),
})

/** Open model: the instants of a CSV file beside the scenario. */
export function replay(
  settings: Omit<Written<typeof configSchema>, 'instantsMs'> & {
    /** File beside the scenario: one instant a line. */
    readonly csv: string
  },
): WorkloadRef {
  return { pattern: 'replay', ...settings }
}

/** The pattern `replay`. */
export const replayPattern: WorkloadPattern = {
  name: 'replay',
  summary: 'open model: the arrival instants of a CSV file',
  configSchema,
  file: {
    setting: 'csv',
    fills: 'instantsMs',
    description: 'CSV file beside the scenario: one instant a line',
    parse: parseInstantsCsv,
  },
  withDuration(settings, durationMs) {
    const { instantsMs } = settings
    if (!Array.isArray(instantsMs)) return settings
    const [first, ...later] = instantsMs as readonly unknown[]
    return { ...settings, instantsMs: [first, ...later.filter((atMs) => Number(atMs) < durationMs)] }
  },
  resolve(config) {
    const { instantsMs, whenBusy: busy, agents } = config as z.output<typeof configSchema>
    const durationMs = Math.floor((instantsMs[instantsMs.length - 1] ?? 0) / 1000) * 1000 + 1000
    const perSecond = new Array<number>(durationMs / 1000).fill(0)
    for (const atMs of instantsMs)
      perSecond[Math.floor(atMs / 1000)] = (perSecond[Math.floor(atMs / 1000)] ?? 0) + 1
    return {
      ...PLAIN,
      model: 'open',
      curve: { kind: 'steps', values: perSecond, stepMs: 1000 },
      arrivals: 'replay',
      instantsMs,
      whenBusy: busy,
      agents: agents ?? null,
      phases: [{ name: 'replay', startMs: 0, endMs: durationMs }],
    }
  },
}

/**
 * Instants of a CSV text, in ms: one a line in its first column, in seconds or with a unit; `#` comments and one header
 * line are skipped. They must be in their order; several may be equal, as in logs with whole seconds. @throws HarnessError SCENARIO_INVALID with file and line
 */
export function parseInstantsCsv(text: string, fileName: string): number[] {
  const instantsMs: number[] = []
  let mayBeHeader = true
  text.split(/\r?\n/).forEach((line, i) => {
    const field = line.split(',')[0]?.trim() ?? ''
    if (field === '' || field.startsWith('#')) return
    const isHeader = mayBeHeader && /^[A-Za-z_]/.test(field)
    mayBeHeader = false
    if (isHeader) return
    const atMs = instantOf(field)
    const last = instantsMs[instantsMs.length - 1] ?? -1
    if (Number.isNaN(atMs)) throw wrongLine(fileName, i + 1, `'${field}' is not an instant`)
    if (atMs < last) throw wrongLine(fileName, i + 1, `${field} comes before the instant above it`)
    if (atMs > DURATION_MS_MAX)
      throw wrongLine(fileName, i + 1, `${field} is more than ${DAYS_MAX} days after run start`)
    instantsMs.push(atMs)
  })
  if (instantsMs.length === 0) throw wrongLine(fileName, 1, 'there is no instant in the file')
  return instantsMs
}

function instantOf(field: string): number {
  if (/^\d+(\.\d+)?$/.test(field)) return Number(field) * 1000
  try {
    return parseDurationMs(field)
  } catch {
    // Reported with its line by the caller.
    return Number.NaN
  }
}

function wrongLine(fileName: string, line: number, message: string): HarnessError {
  return new HarnessError('SCENARIO_INVALID', `${fileName}:${line}: ${message}`, {
    hint: 'One instant a line, in order, in seconds since run start (0.250) or with a unit (250ms); subtract the first one from those of a log.',
  })
}
