import type { Command } from 'commander'
import { manualPage } from '../app/manual.ts'
import type { CommandContext } from './command-context.ts'

/** `proofload docs` */
export function addDocsCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument('[topic]', 'a page, such as objectives (default: the table of contents)')
    .addHelpText('after', '\nExamples:\n  proofload docs\n  proofload docs troubleshooting | less')
    .action(async (topic: string | undefined) => {
      host.stdout.write(await manualPage(topic))
      exit(0)
    })
}
