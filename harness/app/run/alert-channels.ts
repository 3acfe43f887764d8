/** The channels of a run's alerts, each with the least severity that reaches it. */
import { alertChannels } from '../../alerts/index.ts'
import { HarnessError } from '../../base/errors.ts'
import { fillSecrets } from '../../base/fill-secrets.ts'
import type { MaskText } from '../../base/secret-mask.ts'
import type { Alert } from '../../model/alert.ts'
import type { AlertsPlan, PluginPlan } from '../../model/plan.ts'
import { SEVERITIES, type Severity } from '../../model/severity.ts'
import type { AlertChannel } from '../../ports/alert-channel.ts'
import type { Host } from '../../ports/host.ts'
import { AlertSender } from './alert-sender.ts'

/** Surroundings of the channels; `stderr` is for the console channel. */
export interface ChannelOptions extends Pick<Host, 'clock' | 'stderr'> {
  readonly plan: AlertsPlan
  /** Values by name. */
  readonly secrets: Readonly<Record<string, string>>
  /** Called once for each channel that fails; secrets are masked. */
  readonly onWarning: (text: string) => void
}

/** Least severity of a channel that no route names. */
const LEAST_SEVERITY: Severity = 'warning'

export interface RoutedChannel {
  readonly name: string
  /** Alerts below it are not for this channel. */
  readonly least: Severity
  readonly sender: AlertSender
}

/** @param redact masks secrets in what services answer @throws HarnessError SCENARIO_INVALID when a channel does not fit with its secrets filled in */
export function openChannels(options: ChannelOptions, redact: MaskText): RoutedChannel[] {
  return Object.entries(options.plan.channels).map(([name, plan]) => routed(name, plan, options, redact))
}

function routed(
  name: string,
  channelPlan: PluginPlan,
  options: ChannelOptions,
  redact: MaskText,
): RoutedChannel {
  const { plan, clock, onWarning } = options
  const sender = new AlertSender({
    name,
    plugin: channelPlan.plugin,
    channel: openChannel(name, channelPlan, options),
    clock,
    redact,
    onWarning,
  })
  return { name, least: leastSeverity(plan, name), sender }
}

function openChannel(
  name: string,
  { plugin: pluginName, config }: PluginPlan,
  { secrets, clock, stderr }: ChannelOptions,
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

/** Tests whether an alert is for a channel. Whoever was told that it began is told that it is over, whatever the severity by then: the sender knows. */
export function reaches({ status, severity }: Alert, least: Severity): boolean {
  return status === 'resolved' || SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least)
}
