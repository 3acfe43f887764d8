import Table from 'cli-table3'
import type { Command } from 'commander'
import { type Calibration, calibrate } from '../app/calibrate.ts'
import { parseDurationMs } from '../base/units.ts'
import type { ComparedFigure, FigureName } from '../calibration/compare.ts'
import type { CommandContext } from './command-context.ts'
import { checked, wholeNumber } from './scenario-options.ts'

interface CalibrateFlags {
  readonly connections: number
  readonly duration: string
  readonly rounds: number
  readonly json?: boolean
}

/** `proofload calibrate` */
export function addCalibrateCommand(command: Command, { host, interrupts }: CommandContext): void {
  command
    .argument('[url]', 'server on this machine (default: a loopback server that calibrate starts)')
    .option('--connections <n>', 'connections, closed model', wholeNumber(1, 10_000), 50)
    .option('--duration <time>', 'measured time of each turn', checked(parseDurationMs), '5s')
    .option('--rounds <n>', 'turns of each tool', wholeNumber(1, 100), 3)
    .option('--json', 'print one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  proofload calibrate
  proofload calibrate http://127.0.0.1:8080/health --rounds 5`,
    )
    .action(async (url: string | undefined, flags: CalibrateFlags) => {
      const calibration = await calibrate(
        {
          url: url ?? null,
          connections: flags.connections,
          seconds: parseDurationMs(flags.duration) / 1000,
          rounds: flags.rounds,
          stop: interrupts.take(),
          onTurn: (round, who, { requestsPerSec }) =>
            host.stderr.write(
              `round ${round + 1} of ${flags.rounds}, ${who}: ${Math.round(requestsPerSec)} requests/s\n`,
            ),
        },
        host,
      )
      host.stdout.write(flags.json === true ? `${JSON.stringify(calibration)}\n` : render(calibration))
    })
}

const TITLES: Readonly<Record<FigureName, string>> = {
  requestsPerSec: 'requests/s',
  cpuUsPerRequest: 'CPU a request, us',
  p50Ms: 'p50, ms',
  p95Ms: 'p95, ms',
  p99Ms: 'p99, ms',
  p999Ms: 'p99.9, ms',
  errorCount: 'errors',
}

function render({ url, connections, figures, file }: Calibration): string {
  const table = new Table({
    head: ['', 'proofload', 'autocannon', 'disagreement'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right'],
  })
  for (const figure of figures) table.push(rowOf(figure))
  return `${url}, ${connections} connections, one thread each, medians
${table.toString()}
Times are from request sent to response received. A saturated target responds sooner to whoever sends less, so compare
percentiles only where the throughput is similar.
stored    ${file}
`
}

function rowOf({ name, proofload, autocannon, disagreementPercent }: ComparedFigure): string[] {
  const percent = disagreementPercent === null ? '-' : `${disagreementPercent.toFixed(1)} %`
  return [TITLES[name], brief(proofload), brief(autocannon), percent]
}

function brief(figure: number): string {
  return figure >= 1000 ? Math.round(figure).toLocaleString('en') : String(Number(figure.toPrecision(3)))
}
