import { once } from 'node:events'
import type { Command } from 'commander'
import { startRecording } from '../app/record.ts'
import type { CommandContext } from './command-context.ts'
import { importText } from './import.ts'
import { wholeNumber } from './scenario-options.ts'

interface RecordFlags {
  readonly port: number
  readonly host: string
  readonly target: string
  readonly out: string
}

/** `proofload record` */
export function addRecordCommand(command: Command, { host, exit, interrupts }: CommandContext): void {
  command
    .requiredOption('--target <url>', 'URL of the server that is recorded')
    .option('--port <n>', 'port to listen on; 0 for any free port', wholeNumber(0, 65_535), 8889)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('-o, --out <file>', 'scenario to write, .yaml or .ts', 'recorded.yaml')
    .addHelpText(
      'after',
      `
Example:
  proofload record --port 8889 --target http://127.0.0.1:8080 -o scenarios/visit.yaml
  curl http://127.0.0.1:8889/items      or a browser; ctrl-C ends the recording and writes the scenario`,
    )
    .action(async ({ port, host: address, target, out }: RecordFlags) => {
      const recording = await startRecording(
        {
          host: address,
          port,
          target,
          out,
          onEntry: ({ request, response }) =>
            host.stderr.write(`${response.status} ${request.method} ${new URL(request.url).pathname}\n`),
        },
        host,
      )
      const { signal } = interrupts.take()
      host.stdout.write(
        `Recording ${target}: use ${recording.url} in its place (ctrl-C ends it and writes ${out})\n`,
      )
      await once(signal, 'abort')
      host.stdout.write(importText(await recording.finish()))
      exit(0)
    })
}
