/** A buffer that begins on a page of memory, as O_DIRECT wants it; it grows and is used again. */
const PAGE_BYTES = 65_536

/** The part of WebAssembly that is used, which the types of Node do not describe. */
interface Assembly {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
}
const { WebAssembly: assembly } = globalThis as unknown as { readonly WebAssembly: Assembly }

export class PageBuffer {
  #buffer = Buffer.alloc(0)

  /** Returns that many bytes; what was in them before may still be. */
  take(bytes: number): Buffer {
    if (this.#buffer.length < bytes) {
      // The memory of WebAssembly is the only one that is on a page by its definition.
      const memory = new assembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) })
      this.#buffer = Buffer.from(memory.buffer)
    }
    return this.#buffer.subarray(0, bytes)
  }
}
