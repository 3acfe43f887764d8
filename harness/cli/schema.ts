import type { Command } from 'commander'
import type { Host } from '../ports/host.ts'
import { scenarioJsonSchema } from '../scenario/json-schema.ts'

/** `proofload schema` */
export function addSchemaCommand(program: Command, host: Host, exit: (status: number) => void): void {
  program
    .command('schema')
    .description('print the JSON Schema of YAML and JSON scenarios, for editors')
    .addHelpText('after', '\nExample:\n  proofload schema > proofload.schema.json')
    .action(() => {
      host.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
      exit(0)
    })
}
