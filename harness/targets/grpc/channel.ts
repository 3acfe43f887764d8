/**
 * One channel, which is one connection at a time. The library's own ways of coming back (backoff, retries, connections shared by
 * equal channels) are off: a connection that failed or was lost is replaced when the next call needs one, and not before.
 */
import { type ChannelCredentials, type ChannelOptions, Client, connectivityState } from '@grpc/grpc-js'

/** A connection that a call uses until it gives it back. */
export interface Lease {
  readonly client: Client
  /** False: it could not be opened, and a call only learns why. */
  readonly isReady: boolean
  release(): void
}

/** Called when there is a connection, or none could be opened; at once where there is one. */
export type OnLease = (lease: Lease) => void

/** Parts of every channel of a driver. */
export interface ChannelSettings {
  readonly address: string
  readonly credentials: ChannelCredentials
  readonly options: ChannelOptions
}

/** One client of the library with those who use it. */
class Link {
  readonly client: Client
  users = 0
  isReady = false
  isDiscarded = false

  constructor({ address, credentials, options }: ChannelSettings) {
    this.client = new Client(address, credentials, options)
  }

  get state(): connectivityState {
    return this.client.getChannel().getConnectivityState(true)
  }

  lease(): Lease {
    this.users++
    let isHeld = true
    return {
      client: this.client,
      isReady: this.isReady,
      release: () => {
        if (!isHeld) return
        isHeld = false
        this.users--
        this.#closeIfUnused()
      },
    }
  }

  /** Nobody new gets it; it is closed when nobody uses it any more. */
  discard(): void {
    this.isDiscarded = true
    this.isReady = false
    this.#closeIfUnused()
  }

  #closeIfUnused(): void {
    if (this.isDiscarded && this.users === 0) this.client.close()
  }
}

export class Channel {
  readonly #settings: ChannelSettings
  #link: Link | null = null
  readonly #links = new Set<Link>()
  #waiting: OnLease[] = []

  constructor(settings: ChannelSettings) {
    this.#settings = settings
  }

  /** True while its connection stands. */
  get isOpen(): boolean {
    return this.#link?.isReady === true && this.#link.state === connectivityState.READY
  }

  use(onLease: OnLease): void {
    const link = this.#current()
    if (link.isReady) return onLease(link.lease())
    this.#waiting.push(onLease)
  }

  /** Resolves when there is a connection, or none could be opened, which the first call tells. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      this.use((lease) => {
        lease.release()
        resolve()
      })
    })
  }

  /** Takes back a `use` that has not been answered. */
  withdraw(onLease: OnLease): void {
    this.#waiting = this.#waiting.filter((other) => other !== onLease)
  }

  close(): void {
    this.#waiting = []
    for (const link of this.#links) link.client.close()
    this.#links.clear()
    this.#link = null
  }

  /** The connection that stands or is being opened; a lost one is replaced. */
  #current(): Link {
    if (this.#link?.isReady && this.#link.state !== connectivityState.READY) this.#discard(this.#link)
    return this.#link ?? this.#open()
  }

  #open(): Link {
    const link = new Link(this.#settings)
    this.#link = link
    for (const old of this.#links) if (old.isDiscarded && old.users === 0) this.#links.delete(old)
    this.#links.add(link)
    this.#watch(link, link.state)
    return link
  }

  #watch(link: Link, state: connectivityState): void {
    link.client.getChannel().watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
      if (this.#link !== link) return
      const now = link.state
      if (now === connectivityState.READY) {
        link.isReady = true
        this.#answer(link)
      } else if (now === connectivityState.TRANSIENT_FAILURE) {
        this.#answer(link)
        this.#discard(link)
      } else if (now !== connectivityState.SHUTDOWN) this.#watch(link, now)
    })
  }

  #answer(link: Link): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const onLease of waiting) onLease(link.lease())
  }

  #discard(link: Link): void {
    if (this.#link === link) this.#link = null
    link.discard()
  }
}
