/** Consumers of a channel, which every member gets, or of a stream, whose group gives each entry to one. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Command, type Redis } from 'ioredis'
import { messageOf } from '../../base/errors.ts'
import type { DeliveryChannel, DriverContext } from '../../ports/target.ts'
import { Work } from '../consume.ts'
import type { Consuming } from '../consumer-members.ts'
import { failureOf } from '../failure.ts'
import { SessionRefused } from '../session.ts'
import { HEADER_FIELD } from './message.ts'
import type { RedisConfig } from './schema.ts'
import { kindOfStatus, statusOfReply } from './status.ts'

const HEADER_BYTES = 28
/** The time for which the server holds a question about new entries. */
const BLOCK_MS = 500
const NOTHING = Buffer.alloc(0)

type Settings = NonNullable<RedisConfig['consume']>
type Parts = Pick<DriverContext, 'clock' | 'provisioned'> & { readonly channel: DeliveryChannel }

/** The connections of one member: questions about new entries are held by the server, so acknowledgements take another. */
export interface RedisMember {
  readonly reads: Redis
  readonly acknowledges: Redis | null
}

type Entry = readonly [id: Buffer, fields: readonly Buffer[] | null]
type Read = readonly (readonly [stream: Buffer, entries: readonly Entry[]])[] | null

export class RedisConsuming implements Consuming<RedisMember> {
  readonly #settings: Settings
  readonly #parts: Parts
  readonly #work: Work
  readonly #open: () => Promise<Redis>

  constructor(settings: Settings, parts: Parts, open: () => Promise<Redis>) {
    this.#settings = settings
    this.#parts = parts
    this.#work = new Work(settings.work, parts.clock)
    this.#open = open
  }

  get members(): number {
    return this.#settings.members
  }

  get source(): string {
    return this.#settings.stream ?? this.#settings.channel ?? ''
  }

  async connect(): Promise<RedisMember> {
    const reads = await this.#open()
    if (this.#settings.stream === undefined) return { reads, acknowledges: null }
    try {
      return { reads, acknowledges: await this.#open() }
    } catch (error) {
      reads.disconnect()
      throw error
    }
  }

  /** One of two connections is no member: both go. */
  watch(member: RedisMember, lost: (error: unknown) => void): void {
    for (const redis of [member.reads, member.acknowledges]) {
      let trouble: unknown = null
      redis?.on('error', (error: unknown) => {
        trouble ??= error
      })
      redis?.once('end', () => {
        void this.end(member)
        lost(trouble ?? new Error('the server closed the connection'))
      })
    }
  }

  consume(connection: RedisMember, member: number): Promise<void> {
    const { stream, channel = '' } = this.#settings
    return stream === undefined
      ? this.#subscribe(connection, channel, member)
      : this.#readGroup(connection, stream, member)
  }

  end({ reads, acknowledges }: RedisMember): Promise<unknown> {
    return Promise.all([reads, acknowledges].map((redis) => (redis === null ? null : endOf(redis))))
  }

  kindOf(error: unknown) {
    if (error instanceof SessionRefused) return error.failure.kind
    const isReply = error instanceof Error && error.name === 'ReplyError'
    if (isReply) return kindOfStatus(statusOfReply(error.message)) ?? 'status'
    return failureOf(error, 'open').kind
  }

  async #subscribe({ reads }: RedisMember, channel: string, member: number): Promise<void> {
    reads.on('messageBuffer', (_channel: Buffer, message: Buffer) =>
      this.#deliver(message.subarray(0, HEADER_BYTES), member),
    )
    await reads.subscribe(channel)
  }

  /** A server that has lost its memory has lost the group: it is made again, for all that comes since. */
  async #readGroup(connection: RedisMember, stream: string, member: number): Promise<void> {
    const group = this.#parts.provisioned['group'] as string
    await makeGroup(connection.reads, stream, group, '0')
    const own = { stream, group, consumer: `member-${member}` }
    void this.#readOn(connection, own, member)
  }

  /** Reads until the connection is gone: first what this member was given and has not acknowledged, then what is new. */
  async #readOn(connection: RedisMember, place: GroupPlace, member: number): Promise<void> {
    const { reads } = connection
    let from = '0'
    let open = 0
    const freed: (() => void)[] = []
    const settled = () => {
      open--
      freed.shift()?.()
    }
    try {
      for (;;) {
        const room = this.#settings.prefetch - open
        if (room <= 0) {
          await new Promise<void>((resolve) => freed.push(resolve))
          continue
        }
        const entries = await readEntries(reads, place, from, room)
        // The end of what it had: from now on what nobody has got.
        if (from !== '>' && entries.length === 0) from = '>'
        for (const entry of entries) {
          if (from !== '>') from = `${entry[0]}`
          open++
          this.#take(connection, place, entry, member, settled)
        }
      }
    } catch (error) {
      // A connection that is lost says so itself; one without a group is given up, and opened anew.
      if (!/closed/i.test(messageOf(error))) reads.emit('error', error)
      reads.disconnect()
    }
  }

  #take(
    { acknowledges }: RedisMember,
    { stream, group }: GroupPlace,
    [id, fields]: Entry,
    member: number,
    settled: () => void,
  ): void {
    const place = fields?.findIndex((field, index) => index % 2 === 0 && field.equals(HEADER_NAME)) ?? -1
    this.#deliver(fields?.[place + 1] ?? NOTHING, member)
    this.#work.do(() => {
      settled()
      // One that is not taken is delivered again; the lost connection is told where it was lost.
      const taken = acknowledges?.sendCommand(new Command('xack', [stream, group, id])) as Promise<unknown>
      taken?.catch(() => undefined)
    })
  }

  #deliver(header: Uint8Array, member: number): void {
    this.#parts.channel.deliver(header, member, this.#parts.clock.nowMs())
  }
}

const HEADER_NAME = Buffer.from(HEADER_FIELD)

interface GroupPlace {
  readonly stream: string
  readonly group: string
  readonly consumer: string
}

/** Makes a group of a stream, and the stream; one that is there is left alone. @param from $ = what comes from now on */
export async function makeGroup(redis: Redis, stream: string, group: string, from: '0' | '$'): Promise<void> {
  try {
    await redis.sendCommand(new Command('xgroup', ['CREATE', stream, group, from, 'MKSTREAM']))
  } catch (error) {
    if (!messageOf(error).startsWith('BUSYGROUP')) throw error
  }
}

/** Drops a connection; resolves when its socket is closed. */
async function endOf(redis: Redis): Promise<void> {
  const socket = redis.stream as Socket | undefined
  const closed = socket === undefined || socket.closed ? null : once(socket, 'close')
  redis.disconnect()
  socket?.destroy()
  await closed
}

async function readEntries(
  redis: Redis,
  { stream, group, consumer }: GroupPlace,
  from: string,
  count: number,
): Promise<readonly Entry[]> {
  const args = ['GROUP', group, consumer, 'COUNT', count, 'BLOCK', BLOCK_MS, 'STREAMS', stream, from]
  const read = (await redis.sendCommand(new Command('xreadgroup', args, { replyEncoding: null }))) as Read
  return read?.[0]?.[1] ?? []
}
