/** The files with which a plugin begins: a target that works, its server for tests, and its contract test. */

/** Families that a plugin can be begun for. */
export const NEW_FAMILIES = ['target'] as const

/** Files by name, for a target of this name. */
export function targetScaffold(name: string): Readonly<Record<string, string>> {
  const prefix = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  const fill = (text: string) => text.replaceAll('my-proto', name).replaceAll('MyProto', prefix)
  return {
    [`${name}.ts`]: fill(PLUGIN),
    [`${name}-server.ts`]: fill(SERVER),
    [`${name}.contract.ts`]: fill(CONTRACT_TEST),
  }
}

const PLUGIN = `/** A target that sends a line over a connection of its own and reads the line that comes back. */
import { connect, type Socket } from 'node:net'
import { Deadlines, definePlugin, ERROR_KIND_INDEX, noStatus, requestStep, Slots, Template, z } from 'proofload/plugin'
import type { DriverContext, ErrorKind, Exchange, TargetDriver, TargetPlugin } from 'proofload/plugin'

const configSchema = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Host of the server'),
  port: z.number().int().min(1).max(65535).describe('Its port'),
})
type Config = z.output<typeof configSchema>

const requestSchema = z.strictObject({ say: z.string().min(1).describe('The line that is sent') })

/** An exchange under way. */
interface Call {
  readonly slot: number
  readonly exchange: Exchange
  readonly socket: Socket
}

class MyProtoDriver implements TargetDriver {
  readonly #context: DriverContext
  readonly #config: Config
  readonly #calls = new Slots<Call>()
  readonly #deadlines: Deadlines

  constructor(context: DriverContext, config: Config) {
    this.#context = context
    this.#config = config
    this.#deadlines = new Deadlines(context.clock, (slot) => this.#expire(slot))
  }

  /** Once a step: what can be done before the load is done here. */
  compile(request: Readonly<Record<string, unknown>>): Template {
    return Template.parse(String(request['say']))
  }

  start(exchange: Exchange): void {
    const line = (exchange.request as Template).render(exchange.variables)
    const startMs = this.#now()
    const socket = connect(this.#config.port, this.#config.host)
    const { slot } = this.#calls.add((free) => ({ slot: free, exchange, socket }))
    const { connectMs, firstByteMs, totalMs } = exchange.timeouts
    this.#deadlines.set(slot, startMs + Math.min(connectMs, totalMs))
    socket.once('connect', () => {
      exchange.sentMs = this.#now()
      exchange.connectMs = exchange.sentMs - startMs
      this.#deadlines.set(slot, Math.min(exchange.sentMs + firstByteMs, startMs + totalMs))
      socket.write(\`\${line}\\n\`)
      exchange.bytesSent += Buffer.byteLength(line) + 1
    })
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      if (answer === '') {
        exchange.firstByteMs = this.#now()
        this.#deadlines.set(slot, startMs + totalMs)
      }
      answer += text
      if (answer.endsWith('\\n')) this.#settle(slot, 'none', answer.trimEnd())
    })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      this.#settle(slot, error.code === 'ECONNREFUSED' ? 'refused' : 'reset', error.message),
    )
    socket.once('close', () => this.#settle(slot, 'closed', 'the server hung up before it answered'))
  }

  /** It settles soon, and never from inside this call. */
  abort(exchange: Exchange): void {
    for (const { slot, exchange: each } of this.#calls)
      if (each === exchange) this.#context.clock.soon(() => this.#settleIf(slot, exchange, 'aborted', 'given up'))
  }

  endSession(): void {
    // Nothing is kept for an agent.
  }

  /** Creates the object that code journeys call: \`target.say('hello')\`. */
  createClient(perform: Parameters<TargetDriver['createClient']>[0]): { say(text: string): ReturnType<typeof perform> } {
    return { say: (text) => perform(this.compile({ say: text }), { step: 'say' }) }
  }

  stats(): { openConnections: number; waiting: number } {
    return { openConnections: [...this.#calls].length, waiting: 0 }
  }

  close(): Promise<void> {
    for (const { slot } of this.#calls) this.#settle(slot, 'aborted', 'the driver was closed')
    this.#deadlines.stop()
    return Promise.resolve()
  }

  #expire(slot: number): void {
    const exchange = this.#calls.get(slot)?.exchange
    if (exchange === undefined) return
    const { connectMs, firstByteMs, totalMs } = exchange.timeouts
    if (exchange.sentMs === 0 && connectMs <= totalMs) this.#settle(slot, 'timeout-connect', 'no connection in time')
    else if (exchange.firstByteMs === 0 && firstByteMs <= totalMs)
      this.#settle(slot, 'timeout-first-byte', 'no answer in time')
    else this.#settle(slot, 'timeout-total', 'no whole answer in time')
  }

  /** Slots are used again: by then it may be another exchange. */
  #settleIf(slot: number, exchange: Exchange, kind: ErrorKind, text: string): void {
    if (this.#calls.get(slot)?.exchange === exchange) this.#settle(slot, kind, text)
  }

  /** The one place where an exchange ends. @param text the answer, or what went wrong */
  #settle(slot: number, kind: ErrorKind, text: string): void {
    const call = this.#calls.get(slot)
    if (call === undefined) return
    const { exchange, socket } = call
    this.#calls.remove(slot)
    this.#deadlines.clear(slot)
    socket.removeAllListeners()
    socket.on('error', () => undefined)
    socket.destroy()
    exchange.doneMs = this.#now()
    exchange.errorKind = ERROR_KIND_INDEX[kind]
    if (kind === 'none') {
      exchange.bytesReceived += Buffer.byteLength(text) + 1
      if (exchange.keepAnswer) exchange.body = Buffer.from(text)
    } else exchange.errorText = text
    exchange.settle()
  }

  #now(): number {
    return this.#context.clock.nowMs()
  }
}

export const target: TargetPlugin = {
  name: 'my-proto',
  configSchema,
  requestSchema,
  status: noStatus,
  connectionsOf: () => 'several',
  nameOf: () => 'say',
  hostsOf: (config) => [(config as Config).host],
  probe: (config, clock) => {
    const { host, port } = config as Config
    const startMs = clock.nowMs()
    return new Promise((resolve) => {
      const socket = connect(port, host)
      const end = (reachable: boolean, text: string) => {
        socket.destroy()
        resolve({ reachable, message: \`\${host}:\${port}: \${text}\`, elapsedMs: clock.nowMs() - startMs })
      }
      socket.once('connect', () => end(true, 'it is there'))
      socket.once('error', (error) => end(false, error.message))
      socket.setTimeout(5000, () => end(false, 'no connection within 5 s'))
    })
  },
  createDriver: (config, context) => new MyProtoDriver(context, config as Config),
}

/** For scenarios in TypeScript: \`target: server({ port: 4000 })\`. */
export const server = (config: z.input<typeof configSchema>) => ({ plugin: 'my-proto', config })
export const say = (text: string) => requestStep({ say: text }, { step: 'say' })

export default definePlugin({
  contract: 2,
  name: 'my-proto',
  at: import.meta.url,
  provides: { targets: [target] },
  needs: { network: ['config.host'] },
})
`

const SERVER = `/** A server for tests: it answers a line with a line, and does what some lines ask for. */
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** Serves on a free port of loopback for as long as the body runs. */
export async function withServer(body: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setEncoding('utf8')
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (text: string) => {
      const line = text.trim()
      if (line === 'hang up') socket.destroy()
      else if (line === 'slowly') setTimeout(() => socket.write('slowly\\n'), 31)
      else if (line !== 'say nothing') socket.write(\`\${line}\\n\`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await body((server.address() as AddressInfo).port)
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}
`

const CONTRACT_TEST = `import { describeTarget } from 'proofload/contract'
import { target } from './my-proto.ts'
import { withServer } from './my-proto-server.ts'

describeTarget({
  name: 'my-proto',
  plugin: target,
  has: ['slow'],
  lacks: {
    mortal: 'the server of this test cannot come back',
    dropped: 'not shown yet',
    pooled: 'a connection is opened by the request that needs it',
  },
  withTarget: (body) =>
    withServer((port) =>
      body({
        config: target.configSchema.parse({ port }),
        answered: { say: 'hello' },
        silent: { say: 'say nothing' },
        failing: { request: { say: 'hang up' }, kind: 'closed' },
        slow: { request: { say: 'slowly' }, ms: 30 },
      }),
    ),
})
`
