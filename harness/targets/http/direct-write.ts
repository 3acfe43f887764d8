/**
 * Writing to a TCP socket without the layers of a stream. One request is on its way at a time, so nothing that
 * `Writable` keeps is needed: no buffering, no callback, no request object a write. Node has no public call for this;
 * where the internal one is missing or differs, `directWriterOf` gives null and the public way is taken.
 */
import type { Socket } from 'node:net'
import { getSystemErrorName } from 'node:util'

/** A libuv write request; ours to use again once the write is done. */
interface WriteRequest {
  oncomplete: ((status: number) => void) | null
  /** The bytes that libuv still reads: without a reference the garbage collector would free them. */
  content?: Buffer | string
}

/** The part of node's stream handles that is used here. Both calls return 0 or a negative errno. */
interface StreamHandle {
  writeBuffer(request: WriteRequest, bytes: Buffer): number
  writeLatin1String(request: WriteRequest, text: string): number
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest
  readonly streamBaseState: Int32Array
  readonly kLastWriteWasAsync: number
}

/** Told when a write has failed. */
export type OnWriteError = (error: NodeJS.ErrnoException) => void

/** Writes whole requests; `isSending` while the kernel has not taken all of one. */
export class DirectWriter {
  readonly #handle: StreamHandle
  readonly #binding: StreamBinding
  readonly #onError: OnWriteError
  #pending = 0

  constructor(handle: StreamHandle, binding: StreamBinding, onError: OnWriteError) {
    this.#handle = handle
    this.#binding = binding
    this.#onError = onError
  }

  get isSending(): boolean {
    return this.#pending > 0
  }

  /** @param content text must be latin1 */
  write(content: Buffer | string): void {
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = this.#binding
    spare ??= new WriteWrap()
    const request = spare
    const status =
      typeof content === 'string'
        ? this.#handle.writeLatin1String(request, content)
        : this.#handle.writeBuffer(request, content)
    if (status !== 0) return this.#fail(status)
    if (streamBaseState[kLastWriteWasAsync] === 0) return
    // The kernel's buffer is full: the request belongs to libuv until the rest is out.
    spare = null
    request.content = content
    this.#pending++
    request.oncomplete = (result) => {
      this.#pending--
      if (result < 0) this.#fail(result)
    }
  }

  #fail(status: number): void {
    const code = getSystemErrorName(status)
    this.#onError(Object.assign(new Error(`write ${code}`), { code, errno: status, syscall: 'write' }))
  }
}

/** One for all sockets of a thread: a write that is done at once leaves it as it was. */
let spare: WriteRequest | null = null
const binding = findBinding()

/** Null where node does not offer what is needed. */
export function directWriterOf(socket: Socket, onError: OnWriteError): DirectWriter | null {
  const stream = (socket as unknown as { readonly _handle?: Partial<StreamHandle> | null })._handle
  if (binding === null || typeof stream?.writeBuffer !== 'function') return null
  if (typeof stream.writeLatin1String !== 'function') return null
  return new DirectWriter(stream as StreamHandle, binding, onError)
}

function findBinding(): StreamBinding | null {
  const bindingOf = (process as unknown as { readonly binding?: (name: string) => unknown }).binding
  try {
    const found = bindingOf?.('stream_wrap') as Partial<StreamBinding> | undefined
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = found ?? {}
    return typeof WriteWrap === 'function' &&
      streamBaseState instanceof Int32Array &&
      typeof kLastWriteWasAsync === 'number'
      ? { WriteWrap, streamBaseState, kLastWriteWasAsync }
      : null
  } catch {
    // A node without this binding: the public way works everywhere.
    return null
  }
}
