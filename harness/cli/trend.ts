import { type Command, Option } from 'commander'
import type { TrendTest } from '../analysis/trend.ts'
import { type ReadTrend, readTrend } from '../app/history/trend.ts'
import { formatInUnit } from '../base/units.ts'
import { TREND_METRICS, type TrendMetric } from '../model/history.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import { changeText } from '../text/comparison-text.ts'
import type { CommandContext } from './command-context.ts'
import { storeOption } from './history.ts'
import { wholeNumber } from './scenario-options.ts'

interface TrendFlags {
  readonly store: string
  readonly json?: boolean
  readonly metric: TrendMetric
  readonly step?: string
  readonly last: number
}

/** `proofload trend` */
export function addTrendCommand(command: Command, { host }: CommandContext): void {
  storeOption(command.argument('<scenario>'))
    .addOption(new Option('--metric <name>', 'metric to show').choices(TREND_METRICS).default('p99'))
    .option('--step <name>', 'only this step (default: the whole run)')
    .option(
      '--last <n>',
      'number of runs or searches with the same load as the newest',
      wholeNumber(2, 10_000),
      100,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  proofload trend checkout --metric p99 --step pay\n  proofload trend checkout --metric capacity',
    )
    .action(async (scenario: string, { json, step, ...flags }: TrendFlags) => {
      const read = await readTrend({ ...flags, scenario, step: step ?? null }, host.cwd)
      host.stdout.write(json === true ? `${JSON.stringify(read.trend)}\n` : trendText(read))
    })
}

function trendText({ trend, values }: ReadTrend): string {
  const { metric, points, rolling, anchor, changes } = trend
  const changedAt = new Map(changes.map(({ run, change }) => [run.id, change]))
  const table = renderTextTable({
    title: '',
    heads: ['run', 'started', 'build', metric, 'change point'],
    rows: points.map((point, index) => {
      const change = changedAt.get(point.id)
      return [
        point.id,
        point.startedAt,
        point.build ?? '-',
        valueText(values[index]),
        change === undefined ? '' : (changeText({ metric, change }) ?? ''),
      ]
    }),
  })
  const lines = [
    testText('against the runs just before it', metric, rolling),
    testText('against the first ten sessions', metric, anchor),
    ...changes.map(
      ({ run, before, change }) =>
        `changed by ${changeText({ metric, change })} between ${before.id} (${before.build ?? 'build unknown'}) and ${run.id} (${run.build ?? 'build unknown'})`,
    ),
  ]
  return `${table}\n${lines.join('\n')}\n`
}

function testText(what: string, metric: TrendMetric, test: TrendTest | null): string {
  if (test === null) return `the newest run ${what}: not enough runs yet`
  return `the newest run ${what} (${test.sessions} sessions): ${test.state}, ${changeText({ metric, change: test.change })}, p ${test.p.toFixed(3)}`
}

function valueText(read: ReadTrend['values'][number] | undefined): string {
  return read === undefined ? '-' : formatInUnit(read.value, read.unit)
}
