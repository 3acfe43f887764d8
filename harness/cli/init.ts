import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { HarnessError, systemCodeOf } from '../base/errors.ts'
import type { Host } from '../ports/host.ts'
import { scenarioTemplate } from '../scenario/template.ts'
import { makeFolder } from '../system/files.ts'

/** `proofload init` */
export function addInitCommand(program: Command, host: Host, exit: (status: number) => void): void {
  program
    .command('init')
    .argument('[file]', 'scenario file to write', 'scenarios/first.ts')
    .description('write a working scenario to start from')
    .option('--target <url>', 'URL of your server (default: the embedded sandbox)')
    .addHelpText('after', '\nExample:\n  proofload init scenarios/checkout.ts --target http://127.0.0.1:8080')
    .action(async (file: string, { target }: { readonly target?: string }) => {
      const path = resolve(host.cwd, file)
      await makeFolder(dirname(path))
      try {
        await writeFile(path, scenarioTemplate(target ?? null), { flag: 'wx' })
      } catch (cause) {
        if (systemCodeOf(cause) !== 'EEXIST') throw cause
        throw new HarnessError('USAGE', `${file} already exists`, {
          cause,
          hint: 'Choose another file name.',
        })
      }
      host.stdout.write(`Wrote ${file}. Next: proofload run ${file}\n`)
      exit(0)
    })
}
