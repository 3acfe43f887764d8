/** Tells people while load runs: each alert once a run, to the channels its severity reaches, never in the way of the run. */
import { alertChannels } from '../../alerts/index.ts'
import type { Clock } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import type { Alert, AlertReport } from '../../model/alert.ts'
import type { AlertsPlan, PluginPlan } from '../../model/plan.ts'
import { SEVERITIES, type Severity } from '../../model/severity.ts'
import type { AlertChannel } from '../../ports/alert-channel.ts'
import type { TextStream } from '../../ports/host.ts'
import { fillSecrets } from '../../scenario/secrets.ts'
import { demandText } from '../../text/demand-text.ts'
import { AlertSender } from './alert-sender.ts'
import { createRunMask, type RunMask } from './run-mask.ts'

/** How long what waits may still be delivered after the run. */
const CLOSE_MS = 10_000
/** Of a channel that no route names. */
const LEAST_SEVERITY: Severity = 'warning'

export interface AlertingParts {
  readonly plan: AlertsPlan
  /** Values by name. */
  readonly secrets: Readonly<Record<string, string>>
  /** What a process before this one told of the same run, and did not say to be over. */
  readonly known?: readonly Alert[]
  readonly clock: Clock
  /** For the console channel. */
  readonly stderr: TextStream
  /** Told once of each channel that fails; secrets are masked. */
  readonly onWarning: (text: string) => void
  /** Told of every alert that is raised, whether or not any channel takes it. */
  readonly onAlert?: ((alert: Alert) => void) | undefined
  /** Aborted, `close` no longer waits for what is queued. */
  readonly giveUp: AbortSignal
}

/** The alerts of one run. */
export interface Alerting {
  /** Returns at once and never throws. The same alert is told once, and again when it comes back after it was over. */
  raise(alert: Alert): void
  /** Tells of all objectives, verdicts and rollbacks that fire still that it is over; a halt stands until somebody ends it. */
  resolveAll(at: string, why: string): void
  /** Waits for what is queued, at most 10 s; never rejects. Alerts raised after it are ignored. */
  close(): Promise<AlertReport>
}

/** @throws HarnessError SECRET_MISSING, and SCENARIO_INVALID when a channel does not fit with its secrets filled in */
export function createAlerting(parts: AlertingParts): Alerting {
  const mask = createRunMask(parts.secrets, null)
  const channels = Object.entries(parts.plan.channels).map(([name, plan]) => routed(name, plan, parts, mask))
  const { known = [] } = parts
  for (const alert of known)
    for (const { least, sender } of channels) if (reaches(alert, least)) sender.recall(alert)
  const told = new Map<string, Alert>()
  let report: Promise<AlertReport> | null = null
  const raise = (seen: Alert) => {
    const alert = mask.data(seen)
    if (told.get(alert.dedupeKey)?.status === alert.status) return
    told.set(alert.dedupeKey, alert)
    parts.onAlert?.(alert)
    for (const { least, sender } of channels) if (reaches(alert, least)) sender.offer(alert)
  }
  return {
    raise,
    resolveAll(at, why) {
      const all = new Map([...known.map((alert) => [alert.dedupeKey, alert] as const), ...told])
      for (const alert of all.values())
        if (alert.status === 'firing' && alert.kind !== 'emergency') raise(wellAgain(alert, at, why))
    },
    close() {
      report ??= closeAll(channels, parts.giveUp)
      return report
    },
  }
}

function wellAgain(alert: Alert, at: string, why: string): Alert {
  return { ...alert, status: 'resolved', at, summary: wellAgainText(alert, why) }
}

function wellAgainText({ kind, scenario, objective, summary }: Alert, why: string): string {
  if (kind === 'verdict') return `${scenario}: the NO-GO was acted upon: ${why}`
  return objective === null ? summary : `${scenario}: ${demandText(objective)} is well again: ${why}`
}

interface RoutedChannel {
  readonly name: string
  /** Alerts below it are not for this channel. */
  readonly least: Severity
  readonly sender: AlertSender
}

async function closeAll(channels: readonly RoutedChannel[], giveUp: AbortSignal): Promise<AlertReport> {
  await settled(
    channels.map(({ sender }) => sender.settle()),
    giveUp,
  )
  await Promise.all(channels.map(({ sender }) => sender.stop()))
  return { channels: Object.fromEntries(channels.map(({ name, sender }) => [name, sender.report])) }
}

function routed(name: string, channelPlan: PluginPlan, parts: AlertingParts, mask: RunMask): RoutedChannel {
  const { plan, clock, onWarning } = parts
  const sender = new AlertSender({
    name,
    plugin: channelPlan.plugin,
    channel: openChannel(name, channelPlan, parts),
    clock,
    redact: mask.text,
    onWarning,
  })
  return { name, least: leastSeverity(plan, name), sender }
}

function openChannel(
  name: string,
  { plugin: pluginName, config }: PluginPlan,
  { secrets, clock, stderr }: AlertingParts,
): AlertChannel {
  const plugin = alertChannels.get(pluginName)
  const parsed = plugin.configSchema.safeParse(fillSecrets(config, secrets))
  if (parsed.success) return plugin.create(parsed.data, { clock, stderr })
  // Not what stands there: it may be a secret.
  const [issue] = parsed.error.issues
  const place = ['alerts', 'channels', name, 'config', ...(issue?.path ?? [])].join('.')
  throw new HarnessError('SCENARIO_INVALID', `${place} does not fit; expected: ${issue?.message}`, {
    hint: 'Check the values of the secrets in it.',
  })
}

/** The lowest among the routes that name the channel. */
function leastSeverity({ routes }: AlertsPlan, channel: string): Severity {
  const named = routes.filter(({ channels }) => channels.includes(channel)).map(({ severity }) => severity)
  return SEVERITIES.find((severity) => named.includes(severity)) ?? LEAST_SEVERITY
}

/** Whoever was told that it began is told that it is over, whatever the severity by then: the sender knows. */
function reaches({ status, severity }: Alert, least: Severity): boolean {
  return status === 'resolved' || SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least)
}

async function settled(work: readonly Promise<void>[], giveUp: AbortSignal): Promise<void> {
  const limit = resilient({ attempts: 1, timeoutMs: CLOSE_MS, pauseMs: 1, breaker: null })
  try {
    await limit.execute(() => Promise.all(work), giveUp)
  } catch {
    // The time is up, or somebody gave up: what is left is counted as not delivered.
  }
}
