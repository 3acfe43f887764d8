/** Sends alerts while load runs: each once a run, to the channels its severity reaches, never in the way of the run. */
import { resilient } from '../../base/resilience.ts'
import type { Alert, AlertReport } from '../../model/alert.ts'
import { demandText } from '../../text/demand-text.ts'
import { type ChannelOptions, openChannels, type RoutedChannel, reaches } from './alert-channels.ts'
import { createRunMask } from './run-mask.ts'

/** Limit for alerts that wait to be delivered after the run. */
const CLOSE_MS = 10_000

export interface AlertingOptions extends ChannelOptions {
  /** Alerts that a process before this one sent and did not resolve: for the same run, or for one before it. */
  readonly known?: readonly Alert[]
  /** Called for every alert that is raised, whether or not any channel takes it. */
  readonly onAlert?: ((alert: Alert) => void) | undefined
  /** Aborted, `close` no longer waits for what is queued. */
  readonly giveUp: AbortSignal
}

/** The alerts of one run. */
export interface Alerting {
  /** Returns at once and never throws. The same alert is sent once, and again when it comes back after it was resolved. */
  raise(alert: Alert): void
  /** Resolves all alerts of objectives, verdicts and rollbacks that fire still; a halt stands until somebody ends it. */
  resolveAll(at: string, why: string): void
  /** Resolves all that fires still but drifts, because a run ended GO: what a run before it has told of, and halts, too. */
  endWell(at: string, why: string): void
  /** Resolves one alert, if it fires still. */
  resolve(dedupeKey: string, at: string, why: string): void
  /** Waits for what is queued, at most 10 s; never rejects. Alerts raised after it are ignored. */
  close(): Promise<AlertReport>
}

/** @throws HarnessError SECRET_MISSING, and SCENARIO_INVALID when a channel does not fit with its secrets filled in */
export function createAlerting(options: AlertingOptions): Alerting {
  const mask = createRunMask(options.secrets, null)
  const channels = openChannels(options, mask.text)
  const { known = [] } = options
  for (const alert of known)
    for (const { least, sender } of channels) if (reaches(alert, least)) sender.recall(alert)
  const told = new Map<string, Alert>()
  let report: Promise<AlertReport> | null = null
  const raise = (seen: Alert) => {
    const alert = mask.data(seen)
    if (told.get(alert.dedupeKey)?.status === alert.status) return
    told.set(alert.dedupeKey, alert)
    options.onAlert?.(alert)
    for (const { least, sender } of channels) if (reaches(alert, least)) sender.offer(alert)
  }
  const firing = () => {
    const all = new Map([...known.map((alert) => [alert.dedupeKey, alert] as const), ...told])
    return [...all.values()].filter(({ status }) => status === 'firing')
  }
  return {
    raise,
    resolveAll(at, why) {
      for (const alert of firing())
        if (alert.kind !== 'emergency' && alert.kind !== 'drift')
          raise({ ...alert, status: 'resolved', at, summary: undoneSummary(alert, why) })
    },
    endWell(at, why) {
      for (const alert of firing())
        if (alert.kind !== 'drift')
          raise({ ...alert, status: 'resolved', at, summary: overSummary(alert, why) })
    },
    resolve(dedupeKey, at, why) {
      for (const alert of firing())
        if (alert.dedupeKey === dedupeKey)
          raise({ ...alert, status: 'resolved', at, summary: overSummary(alert, why) })
    },
    close() {
      report ??= closeAll(channels, options.giveUp)
      return report
    },
  }
}

/** The summary of an alert that a rollback has ended. */
function undoneSummary({ kind, scenario, objective, summary }: Alert, why: string): string {
  if (kind === 'verdict') return `${scenario}: the NO-GO was acted upon: ${why}`
  return objective === null ? summary : `${scenario}: ${demandText(objective)} is well again: ${why}`
}

/** The summary of an alert that time has ended. */
function overSummary({ kind, scenario, objective, annotations }: Alert, why: string): string {
  if (objective !== null && kind === 'objective')
    return `${scenario}: ${demandText(objective)} no longer fires: ${why}`
  const what = kind === 'drift' ? `the drift of ${annotations['metric']}` : `the alert of its ${kind}`
  return `${scenario}: ${what} is over: ${why}`
}

async function closeAll(channels: readonly RoutedChannel[], giveUp: AbortSignal): Promise<AlertReport> {
  await settled(
    channels.map(({ sender }) => sender.settle()),
    giveUp,
  )
  await Promise.all(channels.map(({ sender }) => sender.stop()))
  return { channels: Object.fromEntries(channels.map(({ name, sender }) => [name, sender.report])) }
}

async function settled(work: readonly Promise<void>[], giveUp: AbortSignal): Promise<void> {
  const limit = resilient({ attempts: 1, timeoutMs: CLOSE_MS, pauseMs: 1, breaker: null })
  try {
    await limit.execute(() => Promise.all(work), giveUp)
  } catch {
    // The time is up, or somebody gave up: what is left is counted as not delivered.
  }
}
