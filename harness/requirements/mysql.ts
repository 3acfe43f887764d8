/**
 * A MySQL or MariaDB server by its handshake (the client/server protocol, version 10). There is no driver among the
 * dependencies, so nobody is logged in: the server greets, gets a login without a password, and whatever it says to that is
 * fine. Hanging up on the greeting would be cheaper, but MySQL counts that, and blocks hosts that do it too often
 * (`max_connect_errors`).
 */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import * as z from 'zod'
import type { Written } from '../base/written.ts'
import type { RequirementPlugin } from '../ports/requirement.ts'
import type { RequirementRef, RequirementSettings } from './reference.ts'
import { host, port, withConnection } from './socket.ts'

const configSchema = z
  .strictObject({
    /** Host name or address. */
    host,
    /** TCP port. Default: 3306. */
    port: port.default(3306).describe('TCP port. Default: 3306.'),
  })
  .describe('A MySQL or MariaDB server')

/** Requires a server that lets clients begin to log in: `mysqlCheck({ host: '127.0.0.1' })`. */
export function mysqlCheck(
  config: Written<typeof configSchema>,
  settings: RequirementSettings = {},
): RequirementRef {
  return { plugin: 'mysql', config, ...settings }
}

/** The `mysql` plugin. */
export const mysqlPlugin: RequirementPlugin = {
  name: 'mysql',
  summary: 'a MySQL or MariaDB server that lets clients begin to log in',
  configSchema,
  hostsOf: (config) => [configSchema.parse(config).host],
  describe(config) {
    const at = configSchema.parse(config)
    return `mysql ${at.host}:${at.port}`
  },
  check: (config, { signal }) =>
    withConnection(configSchema.parse(config), signal, async (socket) => {
      const packets = new Packets(socket, signal)
      const greeting = await packets.next()
      const version = versionIn(greeting.payload)
      await endLogin(socket, packets, greeting.sequence)
      return `${version} greets`
    }),
}

/** One packet of the protocol. */
interface Packet {
  readonly sequence: number
  readonly payload: Buffer
}

const HEADER_BYTES = 4
/** A greeting has some hundred bytes. */
const PAYLOAD_BYTES_MAX = 64 * 1024

/** The packets of a connection, one after the other. */
class Packets {
  readonly #socket: Socket
  readonly #signal: AbortSignal
  #bytes = Buffer.alloc(0)

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket
    this.#signal = signal
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
    })
  }

  /** Rejects when the connection ends before a whole packet has come, and for what is no packet. */
  async next(): Promise<Packet> {
    for (;;) {
      const packet = this.#take()
      if (packet !== null) return packet
      if (this.#socket.readableEnded || this.#socket.destroyed)
        throw new Error('it closed the connection without a greeting: no MySQL server')
      await this.#moved()
    }
  }

  #take(): Packet | null {
    if (this.#bytes.length < HEADER_BYTES) return null
    const length = this.#bytes.readUIntLE(0, 3)
    if (length === 0 || length > PAYLOAD_BYTES_MAX) throw new Error('it sends no greeting: no MySQL server')
    const end = HEADER_BYTES + length
    if (this.#bytes.length < end) return null
    const packet = { sequence: this.#bytes.readUInt8(3), payload: this.#bytes.subarray(HEADER_BYTES, end) }
    this.#bytes = this.#bytes.subarray(end)
    return packet
  }

  async #moved(): Promise<void> {
    const waiting = new AbortController()
    const signal = AbortSignal.any([waiting.signal, this.#signal])
    try {
      await Promise.race([
        once(this.#socket, 'data', { signal }),
        once(this.#socket, 'end', { signal }),
        once(this.#socket, 'close', { signal }),
      ])
    } finally {
      waiting.abort()
    }
  }
}

const PROTOCOL_10 = 10
const ERROR = 0xff
const SWITCH_METHOD = 0xfe

/** Reads the version from a greeting. @throws Error with what the server says in place of one */
function versionIn(payload: Buffer): string {
  const [kind] = payload
  if (kind === ERROR) throw new Error(`it refuses connections: ${errorText(payload)}`)
  const end = payload.indexOf(0, 1)
  if (kind !== PROTOCOL_10 || end < 0) throw new Error('it sends no greeting: no MySQL server')
  const version = payload.toString('latin1', 1, end)
  // MariaDB says 5.5.5 first, for old clients that take it for a version of MySQL.
  return version.includes('MariaDB') ? `MariaDB ${version.replace(/^5\.5\.5-/, '')}` : `MySQL ${version}`
}

/** Formats code and text; the text of a refused connection has no SQL state before it. */
function errorText(payload: Buffer): string {
  return `${payload.toString('utf8', 3).replace(/^#\w{5}/, '')} (${payload.readUInt16LE(1)})`
}

/** Logs in as nobody, without a password, until the server has said yes or no. */
async function endLogin(socket: Socket, packets: Packets, sequence: number): Promise<void> {
  socket.write(packetOf(sequence + 1, LOGIN))
  for (;;) {
    const answer = await packets.next()
    if (answer.payload[0] !== SWITCH_METHOD) return
    socket.write(packetOf(answer.sequence + 1, Buffer.alloc(0)))
  }
}

function packetOf(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUIntLE(payload.length, 0, 3)
  header.writeUInt8(sequence % 256, 3)
  return Buffer.concat([header, payload])
}

/** HandshakeResponse41: capabilities, longest packet, character set, 23 zeros, user, empty answer, method. */
const LOGIN = loginPacket()

function loginPacket(): Buffer {
  const PROTOCOL_41 = 0x200
  const SECURE_CONNECTION = 0x8000
  const PLUGIN_AUTH = 0x80000
  const UTF8 = 33
  const head = Buffer.alloc(32)
  head.writeUInt32LE(PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH, 0)
  head.writeUInt32LE(PAYLOAD_BYTES_MAX, 4)
  head.writeUInt8(UTF8, 8)
  return Buffer.concat([head, Buffer.from('proofload\0\0mysql_native_password\0', 'latin1')])
}
