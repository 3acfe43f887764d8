/** A server for assistants: it lasts as long as its client, and what load it started ends with it. */
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Transport } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import type { StopRequest } from '../../base/stop-request.ts'
import type { Host } from '../../ports/host.ts'
import { Audit } from './audit.ts'
import { Confirmations } from './confirmations.ts'
import type { Grants } from './grants.ts'
import { Loads } from './loads.ts'
import { createProtocolServer } from './protocol-server.ts'
import type { McpPlaces, McpSession } from './tool.ts'

export interface McpRequest {
  readonly grants: Grants
  readonly places: McpPlaces
  /** Asked once, load under way drains, and the server ends. */
  readonly stop: StopRequest
}

/** A message that is longer is nobody's: the connection ends. */
const MESSAGE_BYTES_MAX = 2 ** 20

/** Serves until the client is gone or the server is asked to stop. @param transport null: the streams of this process @throws HarnessError REPORT_UNWRITABLE */
export async function serveMcp(
  { grants, places, stop }: McpRequest,
  host: Host,
  transport: Transport | null = null,
): Promise<void> {
  const audit = new Audit(host)
  await audit.write({ client: 'operator', tool: 'mcp', arguments: { grants, places }, decision: 'started' })
  const loads = new Loads(host, grants.limits.loadsPerHour)
  const folder = resolve(host.cwd, places.scenarios)
  await mkdir(resolve(host.cwd, places.outDir), { recursive: true })
  const session: McpSession = {
    ...{ host, grants, places, loads },
    scenarios: { host, folder, grants },
    confirmations: new Confirmations(host.clock),
  }
  const wire =
    transport ?? new StdioServerTransport(undefined, undefined, { maxBufferSize: MESSAGE_BYTES_MAX })
  const connection = serveStdio(() => createProtocolServer(session, audit), {
    transport: wire,
    onerror: (error) => host.stderr.write(`mcp: ${error.message}\n`),
  })
  const why = await Promise.race([clientGone(wire), askedToStop(stop)])
  const forget = stop.onPress((_level, by) => loads.present?.stop.press(by))
  try {
    await loads.close(why)
  } finally {
    forget()
    await connection.close()
  }
}

/** Resolves when the connection has ended. */
function clientGone(wire: Transport): Promise<string> {
  return new Promise((resolve) => {
    const { onclose } = wire
    wire.onclose = () => {
      onclose?.()
      resolve('the client is gone')
    }
  })
}

async function askedToStop({ signal }: StopRequest): Promise<string> {
  if (!signal.aborted) await once(signal, 'abort')
  return 'the server was asked to stop'
}
