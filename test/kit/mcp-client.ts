/** A client of the Model Context Protocol that says what it is told to: over a pipe, or over memory. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { InMemoryTransport } from '@modelcontextprotocol/server'
import { READ_ONLY } from '../../harness/app/mcp/grants.ts'
import { type McpRequest, serveMcp } from '../../harness/app/mcp/serve-mcp.ts'
import { StopSwitch } from '../../harness/base/stop-request.ts'
import type { Host } from '../../harness/ports/host.ts'
import { aCapturingHost } from './capturing-host.ts'
import { MAIN } from './cli.ts'

/** The eras of the protocol. */
export type Era = '2025-11-25' | '2026-07-28'

interface Message {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly code: number; readonly message: string }
}

export interface ToolError {
  readonly code: string
  readonly message: string
  readonly hint: string | null
  readonly problems: readonly {
    readonly path: string
    readonly message: string
    readonly expected?: string
  }[]
}

/** The result of a call. */
export interface Called {
  readonly isError?: boolean
  readonly content: readonly { readonly text: string }[]
  readonly structuredContent?: Record<string, unknown>
}

export class McpClient {
  readonly #send: (message: object) => void
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #era: Era
  #next = 1

  constructor(era: Era, send: (message: object) => void) {
    this.#era = era
    this.#send = send
  }

  heard(message: Message): void {
    if (message.id === undefined) return
    this.#waiting.get(message.id)?.(message)
    this.#waiting.delete(message.id)
  }

  /** @throws Error for an error of the protocol */
  async ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = this.#next++
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve))
    this.#send({ jsonrpc: '2.0', id, method, params: { ...params, ...this.#envelope() } })
    const { result, error } = await answered
    if (error !== undefined) throw new Error(`${error.code}: ${error.message}`)
    return result ?? {}
  }

  /** Opens the connection as a client of its era does. */
  async open(): Promise<void> {
    const clientInfo = { name: 'scripted', version: '1' }
    if (this.#era === '2026-07-28') return void (await this.ask('server/discover'))
    await this.ask('initialize', { protocolVersion: this.#era, capabilities: {}, clientInfo })
    this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  }

  async call(name: string, args: Record<string, unknown> = {}): Promise<Called> {
    return (await this.ask('tools/call', { name, arguments: args })) as unknown as Called
  }

  /** The data of a call that has to do. */
  async data(name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const { isError, structuredContent, content } = await this.call(name, args)
    if (isError === true || structuredContent === undefined) throw new Error(`${name}: ${content[0]?.text}`)
    return structuredContent
  }

  /** The error of a call that has to be refused. */
  async refusal(name: string, args: Record<string, unknown> = {}): Promise<ToolError> {
    const { isError, content } = await this.call(name, args)
    const text = content[0]?.text ?? ''
    if (isError !== true) throw new Error(`${name} was not refused: ${text}`)
    return JSON.parse(text.slice(text.indexOf('\n') + 1)) as ToolError
  }

  async tools(): Promise<readonly string[]> {
    const { tools } = (await this.ask('tools/list')) as {
      readonly tools: readonly { readonly name: string }[]
    }
    return tools.map(({ name }) => name)
  }

  #envelope(): object {
    if (this.#era !== '2026-07-28') return {}
    return {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': this.#era,
        'io.modelcontextprotocol/clientInfo': { name: 'scripted', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    }
  }
}

/** What a test may choose of a server. */
export interface ServedWith {
  readonly grants?: Partial<McpRequest['grants']>
  readonly era?: Era
  readonly host?: Partial<Host>
}

/** Serves in this process, for as long as the body takes. */
export async function withMcp(
  cwd: string,
  { grants = {}, era = '2026-07-28', host = {} }: ServedWith,
  body: (client: McpClient) => Promise<void>,
): Promise<void> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  const client = new McpClient(era, (message) => void ours.send(message as never))
  ours.onmessage = (message) => client.heard(message as Message)
  await ours.start()
  const places = {
    ...{ scenarios: 'scenarios', outDir: 'reports', store: 'history.db' },
    ...{ baselines: 'baselines', state: 'state.json' },
  }
  const request = { grants: { ...READ_ONLY, ...grants }, places, stop: new StopSwitch() }
  const serving = serveMcp(request, { ...aCapturingHost([], cwd), ...host }, theirs)
  try {
    await client.open()
    await body(client)
  } finally {
    await ours.close()
    await serving
  }
}

/** The built command with a client at its other end. */
export interface PipedMcp {
  readonly client: McpClient
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  readonly lines: readonly string[]
}

export function startMcp(cwd: string, era: Era, ...flags: readonly string[]): PipedMcp {
  const child = spawn(process.execPath, [MAIN, 'mcp', ...flags], { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  const client = new McpClient(era, (message) => void child.stdin.write(`${JSON.stringify(message)}\n`))
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    client.heard(JSON.parse(line) as Message)
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { client, child, ended, lines }
}
