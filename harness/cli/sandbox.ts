import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { messageOf } from '../base/errors.ts'
import { type Faults, faultsSchema } from '../targets/sandbox/faults.ts'
import { type ModelSettings, modelSettingsSchema } from '../targets/sandbox/model-settings.ts'
import { startSandboxServer } from '../targets/sandbox/server.ts'
import type { CommandContext } from './command-context.ts'
import { wholeNumber } from './scenario-options.ts'

interface SandboxFlags {
  readonly port: number
  readonly seed: number
  readonly faults: Faults
  readonly llm?: true | ModelSettings
}

function parseFaults(text: string): Faults {
  try {
    return faultsSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}

function parseModel(text: string): ModelSettings {
  try {
    return modelSettingsSchema.parse(JSON.parse(text))
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
    .option(
      '--llm [json]',
      'a scripted language model at /v1; JSON sets firstTokenMs, tokenMs, outputTokens, tokensPerPiece',
      parseModel,
    )
    .addHelpText(
      'after',
      `
Examples:
  proofload sandbox --port 7070
  curl http://127.0.0.1:7070/__truth                                     the exact counts of what it served
  curl -X PUT http://127.0.0.1:7070/__faults -d '{"slow":{"factor":10}}'  make it ten times slower
  proofload sandbox --llm                                                a model for targets of the plugin llm
  proofload sandbox --llm '{"firstTokenMs":200,"tokenMs":10}'             its pieces leave at known instants`,
    )
    .action(async ({ port, seed, faults, llm }: SandboxFlags) => {
      const server = await startSandboxServer(
        {
          port,
          seed,
          scratchDir: tmpdir(),
          faults,
          ...(llm !== undefined && { llm: llm === true ? modelSettingsSchema.parse({}) : llm }),
        },
        host.clock,
      )
      const { signal } = interrupts.take()
      host.stdout.write(`sandbox listens on ${server.url} (ctrl-C stops it)\n`)
      await once(signal, 'abort')
      await server.close()
      exit(0)
    })
}
