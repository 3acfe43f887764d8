import type { Command } from 'commander'
import { scenarioJsonSchema } from '../scenario/json-schema.ts'
import type { CommandContext } from './command-context.ts'

/** `proofload schema` */
export function addSchemaCommand(command: Command, { host, exit }: CommandContext): void {
  command.addHelpText('after', '\nExample:\n  proofload schema > proofload.schema.json').action(() => {
    host.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
    exit(0)
  })
}
