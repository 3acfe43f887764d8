import type { Command } from 'commander'
import { type ImportedFile, importScenario } from '../app/import-scenario.ts'
import { isLoopback } from '../base/loopback.ts'
import { formatAmount } from '../base/units.ts'
import type { CommandContext } from './command-context.ts'

interface ImportFlags {
  readonly from?: string
  readonly out?: string
  readonly target?: string
}

/** `proofload import` */
export function addImportCommand(command: Command, { host, exit }: CommandContext): void {
  command
    .argument(
      '<file>',
      'HAR, OpenAPI 3, curl commands, access log, Postman, Insomnia, k6, Artillery or JMeter',
    )
    .option(
      '--from <format>',
      'access-log, artillery, curl, har, insomnia, jmeter, k6, openapi, postman (default: found by a look at the file)',
    )
    .option('-o, --out <file>', 'scenario to write, .yaml or .ts (default: named like the file, .yaml)')
    .option('--target <url>', 'URL that takes the place of the server in the file')
    .addHelpText(
      'after',
      `
Examples:
  proofload import visit.har -o scenarios/visit.yaml --target http://127.0.0.1:8080
  proofload import openapi.yaml -o scenarios/api.ts
  proofload import access.log --from access-log`,
    )
    .action(async (file: string, { from, out, target }: ImportFlags) => {
      const imported = await importScenario({ file, from, out, target }, host)
      host.stdout.write(importText(imported))
      exit(0)
    })
}

/** Tells what was written, what could not be carried, and what to do next. */
export function importText({ file, format, journeyCount, report, url }: ImportedFile): string {
  const { losses, notes, secrets } = report
  return [
    `Wrote ${file}: ${formatAmount(journeyCount, 'journey')} from ${format}.`,
    ...section(
      'Set in the environment:',
      secrets.map(([name, what]) => `${name}: ${what}`),
    ),
    ...section('To know:', notes),
    ...section('Not carried over:', losses),
    '',
    isLoopback(hostOf(url))
      ? `Next: proofload run ${file}`
      : `Next: proofload run ${file} --target http://127.0.0.1:8080, or --allow-host ${hostOf(url)} when you may load it`,
    '',
  ].join('\n')
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url
}
