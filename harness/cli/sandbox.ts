import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { messageOf } from '../base/errors.ts'
import { type Faults, faultsSchema } from '../targets/sandbox/faults.ts'
import { startSandboxServer } from '../targets/sandbox/server.ts'
import type { CommandContext } from './command-context.ts'
import { wholeNumber } from './scenario-options.ts'

interface SandboxFlags {
  readonly port: number
  readonly seed: number
  readonly faults: Faults
}

function parseFaults(text: string): Faults {
  try {
    return faultsSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}

/** `proofload sandbox` */
export function addSandboxCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  command
    .option('--port <n>', 'port to listen on; 0 for any free port', wholeNumber(0, 65_535), 7070)
    .option('--seed <n>', 'seed of its random response times', wholeNumber(0, 4_294_967_295), 1)
    .option('--faults <json>', 'initial faults, in the format of PUT /__faults', parseFaults, {})
    .addHelpText(
      'after',
      `
Examples:
  proofload sandbox --port 7070
  curl http://127.0.0.1:7070/__truth                                     the exact counts of what it served
  curl -X PUT http://127.0.0.1:7070/__faults -d '{"slow":{"factor":10}}'  make it ten times slower`,
    )
    .action(async ({ port, seed, faults }: SandboxFlags) => {
      const server = await startSandboxServer({ port, seed, scratchDir: tmpdir(), faults }, host.clock)
      const { signal } = interrupts.take()
      host.stdout.write(`sandbox listens on ${server.url} (ctrl-C stops it)\n`)
      await once(signal, 'abort')
      await server.close()
      exit(0)
    })
}
