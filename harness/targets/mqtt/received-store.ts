/** The messages of quality 2 that a connection has received and not handed over yet. */
import { type IPublishPacket, type IStore, type Packet, Store } from 'mqtt'

type Done = Parameters<IStore['put']>[1]
type Found = Parameters<IStore['get']>[1]

/**
 * A store of one connection, which begins with what the connection before it had. A closed connection goes on with what it has read, so
 * that two of them at one store would take a message twice, or delete another that has its number by then.
 */
export class ReceivedStore implements IStore {
  readonly #packets: Map<number | undefined, Packet>

  constructor(former?: ReceivedStore) {
    this.#packets = new Map(former === undefined ? [] : former.#packets)
  }

  put(packet: Packet, done: Done): this {
    this.#packets.set(packet.messageId, packet)
    done()
    return this
  }

  get({ messageId }: Pick<Packet, 'messageId'>, found: Found): this {
    const packet = this.#packets.get(messageId)
    if (packet === undefined) found(new Error('missing packet'))
    else found(undefined, packet)
    return this
  }

  del(packet: Pick<IPublishPacket, 'messageId'>, found: Found): this {
    this.get(packet, (error, kept) => {
      this.#packets.delete(packet.messageId)
      found(error, kept)
    })
    return this
  }

  /** An empty stream: received messages are never sent again. */
  createStream(): ReturnType<IStore['createStream']> {
    return new Store().createStream()
  }

  /** Keeps what it holds: the next connection begins with it. */
  close(done: Done): void {
    done()
  }
}
