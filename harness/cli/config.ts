import type { Command } from 'commander'
import { type ConfigRow, showConfig } from '../app/show-config.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'

const HELP = `
Examples:
  proofload config
  proofload config --env production`

/** `proofload config` */
export function addConfigCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .option('--env <name>', 'environment of proofload.config, as other commands take it')
    .option('--json', 'print one JSON document on stdout')
    .addHelpText('after', HELP)
    .action(async (flags: { readonly env?: string; readonly json?: boolean }) => {
      const rows = await showConfig(flags.env ?? null, host)
      host.stdout.write(flags.json === true ? `${JSON.stringify(rows)}\n` : tableOf(rows))
      exit(0)
    })
}

function tableOf(rows: readonly ConfigRow[]): string {
  const heads = ['key', 'value', 'from']
  return renderTextTable({
    title: 'Configuration',
    heads,
    rows: rows.map(({ key, value, from }) => [key, value, from]),
  })
}
