import type { Command } from 'commander'
import { reports } from '../app/reports/documents.ts'
import { reportRun, STDOUT } from '../app/reports/report.ts'
import type { Host } from '../ports/host.ts'

const HELP = `
Examples:
  proofload report reports/checkout/20261121-093005-4f2a
  proofload report reports/checkout/20261121-093005-4f2a --as junit --out junit.xml
  proofload report reports/checkout/20261121-093005-4f2a --as csv | head
  proofload report reports/checkout/20261121-093005-4f2a --as png --out charts

Its exit status says whether there is a report, not what the verdict is.`

/** `proofload report` */
export function addReportCommand(program: Command, host: Host): void {
  program
    .command('report')
    .argument('<run>', 'folder of a stored run, or its run.json')
    .description('render a stored run as a report of any kind')
    .option('--as <name>', reports.names.join(', '), 'markdown')
    .option('--out <file>', 'where it goes, a folder for png; - is standard output', STDOUT)
    .addHelpText('after', HELP)
    .action((run: string, flags: { readonly as: string; readonly out: string }) =>
      reportRun({ run, name: flags.as, out: flags.out }, host),
    )
}
