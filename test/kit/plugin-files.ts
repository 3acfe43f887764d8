import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'
import type { Workplace } from './cli.ts'

/** Settings of a plugin that a test writes. */
interface PluginText {
  readonly contract?: number
  readonly name?: string
  readonly target?: string
  /** Statements at the top of the module. */
  readonly top?: string
  readonly families?: string
  /** Name of a measure that it records of each request. */
  readonly measure?: string
  /** Settings of that measure beside its name: `once: true`. */
  readonly measureMore?: string
  /** Names of secrets in `needs.env`. */
  readonly env?: readonly string[]
  /** An expression of the driver for what it answers before the word of its configuration. */
  readonly answer?: string
  /** Statements at the beginning of `start`. */
  readonly start?: string
}

/** The text of a plugin whose target answers at once with what `./answer.ts` exports; `fail` makes it throw inside `start`. */
export function pluginText({
  contract = 2,
  name = 'echo',
  target = name,
  top = '',
  families = '',
  measure = 'echo.inflight',
  measureMore = '',
  env = [],
  answer = 'ANSWER',
  start = '',
}: PluginText = {}): string {
  return `import { definePlugin, ERROR_KIND_INDEX, noStatus, requestStep, z } from 'proofload/plugin'
import type { DriverContext, Exchange, TargetDriver, TargetPlugin } from 'proofload/plugin'
import { ANSWER } from './answer.ts'
${top}
const INFLIGHT = { name: '${measure}', meaning: 'requests under way', kind: 'distribution', unit: 'count', better: 'lower', ${measureMore} } as const
class EchoDriver implements TargetDriver {
  constructor(private readonly context: DriverContext, private readonly config: { word: string }) {}
  compile(request: Readonly<Record<string, unknown>>) { return request }
  start(exchange: Exchange) {
    ${start}
    const { clock } = this.context
    exchange.sentMs = clock.nowMs()
    clock.soon(() => {
      exchange.body = exchange.keepAnswer ? Buffer.from(${answer} + this.config.word) : null
      exchange.firstByteMs = exchange.doneMs = clock.nowMs()
      exchange.errorKind = ERROR_KIND_INDEX.none
      exchange.measure(INFLIGHT, 3)
      exchange.settle()
    })
  }
  abort() {}
  endSession() {}
  createClient() { return {} }
  stats() { return { openConnections: 0, waiting: 0 } }
  close() { return Promise.resolve() }
}
const target: TargetPlugin = {
  name: '${target}',
  configSchema: z.strictObject({ word: z.string().default('!'), host: z.string().default('127.0.0.1') }),
  requestSchema: z.strictObject({ say: z.string() }),
  status: noStatus,
  measures: [INFLIGHT],
  connectionsOf: () => 'none',
  nameOf: () => 'say',
  hostsOf: (config) => [config['host'] as string],
  probe: () => Promise.resolve({ reachable: true, message: 'it is there', elapsedMs: 0 }),
  createDriver: (config, context) => new EchoDriver(context, config as { word: string }),
}
export const echo = (config: { word?: string; host?: string } = {}) => ({ plugin: '${target}', config })
export const say = (text: string) => requestStep({ say: text }, { expect: { body: { contains: 'hello' } } })
export default definePlugin({
  contract: ${contract}, name: '${name}', at: import.meta.url,
  provides: { targets: [target]${families} }, needs: { network: ['config.host'], env: ${JSON.stringify(env)} },
})
`
}

/** Writes the plugin and the file that it imports. */
export function writePlugin(place: Workplace, settings: PluginText = {}): void {
  place.write('echo.ts', pluginText(settings))
  place.write('answer.ts', "export const ANSWER = 'hello'\n")
}

/** Writes a file of a folder that need not be there yet. */
export function writeBelow(place: Workplace, file: string, text: string): void {
  mkdirSync(dirname(join(place.path, file)), { recursive: true })
  place.write(file, text)
}

/** Settings of a package that a test installs. */
interface PackageText extends PluginText {
  readonly version?: string
  readonly scripts?: Readonly<Record<string, string>>
}

/** Installs `@acme/echo`, as a package manager would: its module imports another package, `greeting`. */
export function installPackage(
  place: Workplace,
  { version = '1.4.2', scripts, ...plugin }: PackageText = {},
): void {
  const folder = 'node_modules/@acme/echo'
  const manifest = { name: '@acme/echo', version, type: 'module', exports: { import: './index.js' }, scripts }
  writeBelow(place, `${folder}/package.json`, JSON.stringify(manifest))
  writeBelow(place, `${folder}/index.js`, plainText(pluginText(plugin)).replace('./answer.ts', 'greeting'))
  writeBelow(place, 'node_modules/greeting/package.json', '{ "name": "greeting", "main": "index.js" }')
  writeBelow(place, 'node_modules/greeting/index.js', "exports.ANSWER = 'hello'\n")
}

/** The plugin's text without its types, as packages are published. */
function plainText(text: string): string {
  return transformSync(text, { loader: 'ts', format: 'esm' }).code
}
