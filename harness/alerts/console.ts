/** Prints one line per alert on stderr. */
import { createColors } from 'picocolors'
import * as z from 'zod'
import { visible } from '../base/visible.ts'
import type { Alert } from '../model/alert.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { statusWord } from './text.ts'

type Colors = ReturnType<typeof createColors>

/** Alerts are a line on stderr. */
export function consoleAlerts(): PluginPlan {
  return { plugin: 'console', config: {} }
}

/** The `console` plugin. */
export const consolePlugin: AlertChannelPlugin = {
  name: 'console',
  summary: 'prints a line on stderr, in the colour of its severity',
  configSchema: z.strictObject({}).describe('Nothing to set'),
  create: (_config, { stderr }) => ({
    send(alert) {
      stderr.write(`${lineOf(alert, createColors(stderr.hasColours))}\n`)
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }),
}

function lineOf(alert: Alert, colors: Colors): string {
  const { runbook } = alert
  const advice = runbook === null || alert.status === 'resolved' ? '' : ` (runbook: ${visible(runbook)})`
  return `${colorOf(alert, colors)(`ALERT ${statusWord(alert)}`)} ${visible(alert.summary)}${colors.dim(advice)}`
}

function colorOf({ status, severity }: Alert, colors: Colors): (text: string) => string {
  if (status === 'resolved') return colors.green
  return {
    info: colors.cyan,
    warning: colors.yellow,
    major: colors.red,
    critical: (text: string) => colors.bold(colors.red(text)),
  }[severity]
}
