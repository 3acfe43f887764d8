/** `proofload plugin ...`: shows and pins the plugins of a scenario, tests and begins plugins. */
import { Argument, Command } from 'commander'
import { writeNewTarget } from '../app/new-plugin.ts'
import { type ListedPlugin, listPlugins, type PinnedPlugin, pinPlugins } from '../app/plugins.ts'
import { type ContractStatement, testPlugin } from '../app/test-plugin.ts'
import { formatAmount } from '../base/units.ts'
import { visible } from '../base/visible.ts'
import { NEW_FAMILIES } from '../contract/scaffold.ts'
import type { Host } from '../ports/host.ts'
import { renderTextTable } from '../reporters/text-table.ts'
import type { CommandContext } from './command-context.ts'
import { collected } from './scenario-options.ts'

interface PluginFlags {
  readonly json?: boolean
  readonly pluginRoot?: string[]
}

/** `proofload plugin` */
export function addPluginCommand(plugin: Command, { host, exit }: CommandContext): void {
  addList(plugin, host)
  addPin(plugin, host)
  addTest(plugin, host, exit)
  addNew(plugin, host)
}

function subcommand(plugin: Command, name: string, description: string): Command {
  const command = new Command(name).description(description).option('--json', 'print JSON on stdout')
  plugin.addCommand(command)
  return command
}

function ofScenario(command: Command): Command {
  return command
    .argument('<scenario>', 'scenario file that declares the plugins')
    .option(
      '--plugin-root <folder>',
      'folder beyond the repository that plugins may lie in (repeatable)',
      collected,
    )
}

function addList(plugin: Command, host: Host): void {
  ofScenario(
    subcommand(plugin, 'list', 'show the plugins of a scenario: places, pins, what they provide and need'),
  )
    .addHelpText('after', '\nExample:\n  proofload plugin list scenarios/soap.yaml')
    .action(async (source: string, { json, pluginRoot = [] }: PluginFlags) => {
      const plugins = await listPlugins(source, { cwd: host.cwd, pluginRoots: pluginRoot })
      host.stdout.write(json === true ? `${JSON.stringify(plugins)}\n` : listText(plugins))
    })
}

function addPin(plugin: Command, host: Host): void {
  ofScenario(
    subcommand(plugin, 'pin', 'write what plugins are now to plugins.lock.json: any other is refused'),
  )
    .argument('[names...]', 'plugins to pin. Default: packages, and what is pinned already')
    .addHelpText('after', '\nExample:\n  proofload plugin pin scenarios/soap.yaml soap')
    .action(async (source: string, names: string[], { json, pluginRoot = [] }: PluginFlags) => {
      const pinned = await pinPlugins(source, names, { cwd: host.cwd, pluginRoots: pluginRoot })
      host.stdout.write(json === true ? `${JSON.stringify(pinned)}\n` : pinText(pinned))
    })
}

function addTest(plugin: Command, host: Host, exit: (status: number) => void): void {
  subcommand(
    plugin,
    'test',
    'run the contract test of a plugin: the laws that the targets of proofload keep, too',
  )
    .argument('<file>', 'contract test, e.g. plugins/soap.contract.ts')
    .addHelpText('after', '\nExample:\n  proofload plugin test plugins/soap.contract.ts')
    .action(async (file: string, { json }: PluginFlags) => {
      const statement = await testPlugin(file, host.cwd, (text) => {
        if (json === true) host.stderr.write(text)
        else host.stdout.write(text)
      })
      host.stdout.write(json === true ? `${JSON.stringify(statement)}\n` : statementText(statement))
      exit(statement.failed === 0 ? 0 : 1)
    })
}

function addNew(plugin: Command, host: Host): void {
  subcommand(plugin, 'new', 'write a plugin that works, a server for its test, and its contract test')
    .addArgument(new Argument('<family>', 'what it provides').choices(NEW_FAMILIES))
    .argument('<name>', 'name of the plugin, e.g. my-proto')
    .argument('[folder]', 'where to write it', 'plugins')
    .addHelpText('after', '\nExample:\n  proofload plugin new target my-proto')
    .action(async (_family: string, name: string, folder: string, { json }: PluginFlags) => {
      const files = await writeNewTarget(name, folder, host.cwd)
      const test = files.find((file) => file.endsWith('.contract.ts'))
      host.stdout.write(
        json === true
          ? `${JSON.stringify(files)}\n`
          : `${files.map((file) => `Wrote ${visible(file)}.\n`).join('')}Next: proofload plugin test ${visible(test ?? '')}\n`,
      )
    })
}

function statementText({ laws, passed, failed }: ContractStatement): string {
  const broken = laws.filter((law) => !law.passed).map(({ suite, law }) => `broken: ${suite} ${law}\n`)
  return `${broken.join('')}${passed} passed, ${failed} failed\n`
}

function listText(plugins: readonly ListedPlugin[]): string {
  if (plugins.length === 0) return 'the scenario declares no plugin\n'
  const table = renderTextTable({
    title: formatAmount(plugins.length, 'plugin'),
    heads: ['plugin', 'place', 'version', 'pin', 'contract', 'provides', 'needs'],
    rows: plugins.map(({ name, place, version, pin, contract, provides, needs }) => [
      name,
      visible(place),
      version ?? '-',
      PIN_WORDS[pin],
      String(contract ?? '-'),
      namesText(provides),
      namesText(needs),
    ]),
  })
  const differences = plugins.flatMap((plugin) =>
    plugin.differences.map((line) => `${plugin.name}: ${visible(line)}\n`),
  )
  return table + differences.join('')
}

const PIN_WORDS = {
  pinned: 'pinned',
  'not-needed': 'not needed',
  missing: 'missing',
  changed: 'changed',
} as const satisfies Record<ListedPlugin['pin'], string>

/** `target soap; env SOAP_TOKEN` */
function namesText(byKind: Readonly<Record<string, readonly string[]>> | null): string {
  const parts = Object.entries(byKind ?? {}).filter(([, names]) => names.length > 0)
  return parts.map(([kind, names]) => `${kind} ${visible(names.join(', '))}`).join('; ') || '-'
}

function pinText(pinned: readonly PinnedPlugin[]): string {
  if (pinned.length === 0)
    return 'nothing to pin: files of the repository need no pin; name a plugin to pin it all the same\n'
  return pinned.map(pinnedText).join('')
}

function pinnedText({ name, place, integrity, differences, stated }: PinnedPlugin): string {
  const lines = [`${name}: ${visible(place)} ${integrity}`]
  if (differences !== null)
    lines.push(
      ...(differences.length === 0 ? ['as it was pinned'] : differences).map((line) => `  ${visible(line)}`),
    )
  if (stated !== null) lines.push(`  the scenario states another integrity: replace ${stated}`)
  return `${lines.join('\n')}\n`
}
