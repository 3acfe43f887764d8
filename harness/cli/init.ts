import type { Command } from 'commander'
import { writeFirstScenario } from '../app/init.ts'
import type { Host } from '../ports/host.ts'

/** `proofload init` */
export function addInitCommand(program: Command, host: Host, exit: (status: number) => void): void {
  program
    .command('init')
    .argument('[file]', 'scenario file to write', 'scenarios/first.ts')
    .description('write a working scenario to start from')
    .option('--target <url>', 'URL of your server (default: the embedded sandbox)')
    .addHelpText('after', '\nExample:\n  proofload init scenarios/checkout.ts --target http://127.0.0.1:8080')
    .action(async (file: string, { target }: { readonly target?: string }) => {
      await writeFirstScenario(file, target ?? null, host.cwd)
      host.stdout.write(`Wrote ${file}. Next: proofload run ${file}\n`)
      exit(0)
    })
}
