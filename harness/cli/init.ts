import type { Command } from 'commander'
import { writeFirstScenario } from '../app/init.ts'
import type { CommandContext } from './command-context.ts'

/** `proofload init` */
export function addInitCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument('[file]', 'scenario file to write', 'scenarios/first.ts')
    .option('--target <url>', 'URL of your server (default: the embedded sandbox)')
    .addHelpText('after', '\nExample:\n  proofload init scenarios/checkout.ts --target http://127.0.0.1:8080')
    .action(async (file: string, { target }: { readonly target?: string }) => {
      await writeFirstScenario(file, target ?? null, host.cwd)
      host.stdout.write(`Wrote ${file}. Next: proofload run ${file}\n`)
      exit(0)
    })
}
