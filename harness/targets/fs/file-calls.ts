/** The operations on files as system calls, one after the other. Nothing here is asynchronous. */
import * as fs from 'node:fs'
import type { Confinement } from './confinement.ts'
import type { Order } from './lane-protocol.ts'
import { PageBuffer } from './page-buffer.ts'
import { patternOf, provingBlocks } from './proving-blocks.ts'
import { OPERATION_BYTES_MAX } from './schema.ts'
import type { TimedCalls } from './timed-calls.ts'

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = fs.constants
/** Pipes and devices are opened as files are: what blocks is the business of whoever watches the lane. */
const O_DIRECT = fs.constants.O_DIRECT ?? 0
const FILE_MODE = 0o644

/** Thrown when a file is larger than what one operation may read or write. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'

  constructor(bytes: number) {
    super(`${bytes} bytes are more than the ${OPERATION_BYTES_MAX} that one operation may move: say bytes`)
  }
}

/** The yield of an operation. */
export interface Yield {
  readonly read?: Buffer
  readonly written?: number
  readonly items?: number
  /** Description of a file, or names of a folder. */
  readonly found?: unknown
}

type Work = (order: Order, path: string, calls: TimedCalls) => Yield

/** Performs operations inside one folder. */
export class FileCalls {
  readonly #confinement: Confinement
  readonly #direct: number
  readonly #buffer = new PageBuffer()

  constructor(confinement: Confinement, direct: boolean) {
    this.#confinement = confinement
    this.#direct = direct ? O_DIRECT : 0
  }

  /** @throws PathLeavesRoot, TooLarge, and the system's error */
  perform(order: Order, calls: TimedCalls): Yield {
    const { operation, path } = order
    const inside =
      operation === 'readdir' ? this.#confinement.resolveFolder(path) : this.#confinement.resolve(path)
    return this.#works[operation](order, inside, calls)
  }

  readonly #works: Readonly<Record<Order['operation'], Work>> = {
    read: (order, path, calls) => this.#read(order, path, calls),
    write: (order, path, calls) => this.#write(order, path, O_WRONLY | O_CREAT, order.offset, calls),
    append: (order, path, calls) => this.#write(order, path, O_WRONLY | O_CREAT | O_APPEND, null, calls),
    stat: (_order, path, calls) => ({ found: describe(calls.make('stat', () => fs.lstatSync(path))) }),
    open: (_order, path, calls) => withFile(path, O_RDONLY, calls, () => ({})),
    readdir(_order, path, calls) {
      const names = calls.make('readdir', () => fs.readdirSync(path))
      return { items: names.length, found: names }
    },
    mkdir: (_order, path, calls) => done(calls.make('mkdir', () => fs.mkdirSync(path))),
    rename: ({ to }, path, calls) => {
      const target = this.#confinement.resolve(to)
      return done(calls.make('rename', () => fs.renameSync(path, target)))
    },
    unlink: (_order, path, calls) => done(calls.make('unlink', () => fs.unlinkSync(path))),
    fsync: (_order, path, calls) =>
      withFile(path, O_RDWR, calls, (file) => done(calls.make('fsync', () => fs.fsyncSync(file)))),
    truncate: ({ bytes }, path, calls) =>
      withFile(path, O_WRONLY, calls, (file) =>
        done(calls.make('truncate', () => fs.ftruncateSync(file, Math.max(0, bytes)))),
      ),
  }

  #read({ offset, bytes }: Order, path: string, calls: TimedCalls): Yield {
    return withFile(path, O_RDONLY | this.#direct, calls, (file) => {
      const wanted =
        bytes === -1 ? Math.max(0, calls.make('fstat', () => fs.fstatSync(file)).size - offset) : bytes
      const buffer = this.#take(wanted)
      let at = 0
      while (at < wanted) {
        const got = calls.make('read', () => fs.readSync(file, buffer, at, wanted - at, offset + at))
        if (got === 0) break
        at += got
      }
      return { read: buffer.subarray(0, at) }
    })
  }

  /** @param offset null: the end of the file */
  #write(order: Order, path: string, flags: number, offset: number | null, calls: TimedCalls): Yield {
    const content = this.#contentOf(order)
    return withFile(path, flags | this.#direct, calls, (file) => {
      let at = 0
      while (at < content.length) {
        const place = offset === null ? null : offset + at
        at += calls.make('write', () => fs.writeSync(file, content, at, content.length - at, place))
      }
      if (order.fsync) calls.make('fsync', () => fs.fsyncSync(file))
      return { written: at }
    })
  }

  #contentOf({ data, bytes, offset, verify }: Order): Buffer {
    if (data !== null) return Buffer.from(data)
    if (bytes > OPERATION_BYTES_MAX) throw new TooLarge(bytes)
    const content = verify === '' ? patternOf(bytes) : provingBlocks(offset, bytes)
    if (this.#direct === 0) return content
    const aligned = this.#take(bytes)
    content.copy(aligned)
    return aligned
  }

  #take(bytes: number): Buffer {
    if (bytes > OPERATION_BYTES_MAX) throw new TooLarge(bytes)
    return this.#buffer.take(bytes)
  }
}

/** Opens a file, never through a link in its last name, and closes it whatever happens. */
function withFile(path: string, flags: number, calls: TimedCalls, work: (file: number) => Yield): Yield {
  const file = calls.make('open', () => fs.openSync(path, flags | O_NOFOLLOW, FILE_MODE))
  let result: Yield
  try {
    result = work(file)
  } catch (thrown) {
    // What went wrong first is what counts.
    closeQuietly(file)
    throw thrown
  }
  calls.make('close', () => fs.closeSync(file))
  return result
}

function closeQuietly(file: number): void {
  try {
    fs.closeSync(file)
  } catch {
    // The file system says of the failed operation what there is to say.
  }
}

const KINDS: readonly (readonly [name: string, test: (stats: fs.Stats) => boolean])[] = [
  ['file', (stats) => stats.isFile()],
  ['folder', (stats) => stats.isDirectory()],
  ['link', (stats) => stats.isSymbolicLink()],
]

function describe(stats: fs.Stats): object {
  const { size, mode, uid, gid, nlink, mtimeMs } = stats
  const kind = KINDS.find(([, test]) => test(stats))?.[0] ?? 'other'
  return { kind, size, mode, uid, gid, nlink, mtimeMs }
}

function done(_nothing: unknown): Yield {
  return {}
}
