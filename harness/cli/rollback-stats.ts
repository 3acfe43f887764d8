/** `proofload rollback stats`: the success ratio of rollbacks and their time to recover, by scenario. */
import { Command } from 'commander'
import type { RollbackStats } from '../analysis/rollback-stats.ts'
import { readRollbackStats } from '../app/history/rollback-stats.ts'
import { formatDurationMs, formatRatio } from '../base/units.ts'
import type { Host } from '../ports/host.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { storeOption } from './history.ts'

interface StatsFlags {
  readonly store: string
  readonly json?: boolean
}

const HELP = `
Examples:
  proofload rollback stats
  proofload rollback stats --store postgres://ci@db/proofload --json

The time to recover runs from the begin of the breach that fired (without one, from the begin of the rollback) until the
system was verified healthy.`

/** Adds `stats` to `proofload rollback`. */
export function addRollbackStats(rollback: Command, host: Host): void {
  const command = storeOption(
    new Command('stats').description(
      'show how many rollbacks of each scenario succeeded, and their time to recover',
    ),
  )
    .addHelpText('after', HELP)
    .action(async ({ store, json }: StatsFlags) => {
      const stats = await readRollbackStats(store, host.cwd)
      host.stdout.write(json === true ? `${JSON.stringify(stats)}\n` : statsText(stats))
    })
  rollback.addCommand(command)
}

function statsText(stats: readonly RollbackStats[]): string {
  if (stats.length === 0) return 'no rollbacks yet; a run that rolls back is stored here with its outcome\n'
  return renderTextTable({
    title: '',
    heads: ['scenario', 'rollbacks', 'succeeded', 'failed', 'unsettled', 'mean to recover', 'median'],
    rows: stats.map((each) => [
      each.scenario,
      String(each.rollbacks),
      `${each.succeeded} (${formatRatio(each.successRatio)})`,
      String(each.failed),
      String(each.unsettled),
      timeText(each.meanRecoveryMs),
      timeText(each.medianRecoveryMs),
    ]),
  })
}

function timeText(timeMs: number | null): string {
  return timeMs === null ? '-' : formatDurationMs(timeMs)
}
