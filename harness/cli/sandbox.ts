import { tmpdir } from 'node:os'
import type { Command } from 'commander'
import type { Host } from '../ports/host.ts'
import { startSandboxServer } from '../targets/sandbox/server.ts'
import { wholeNumber } from './scenario-options.ts'

/** `proofload sandbox` */
export function addSandboxCommand(program: Command, host: Host, exit: (status: number) => void): void {
  program
    .command('sandbox')
    .description('serve the sandbox target in the foreground, on loopback')
    .option('--port <n>', 'port to listen on; 0 = any free one', wholeNumber(0, 65_535), 7070)
    .option('--seed <n>', 'seed of its timing law', wholeNumber(0, 4_294_967_295), 1)
    .addHelpText(
      'after',
      `
Examples:
  proofload sandbox --port 7070
  curl http://127.0.0.1:7070/__truth                                     what it served, exactly
  curl -X PUT http://127.0.0.1:7070/__faults -d '{"slow":{"factor":10}}'  make it ten times slower`,
    )
    .action(async ({ port, seed }: { readonly port: number; readonly seed: number }) => {
      const server = await startSandboxServer({ port, seed, scratchDir: tmpdir(), faults: {} }, host.clock)
      host.stdout.write(`sandbox listens on ${server.url} (ctrl-C ends it)\n`)
      await new Promise<void>((resolve) => host.onSignal(() => resolve()))
      await server.close()
      exit(0)
    })
}
