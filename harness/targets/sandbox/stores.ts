/** The real files behind every operation: a document that is read and an event log that is appended to. */
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OPERATIONS } from './catalogue.ts'

/** The log starts afresh at this size, so that a sandbox left running does not fill the disk. */
const LOG_BYTES_MAX = 64 * 1024 ** 2
const READ_BYTES = 4096

/** Opened once; each call below is one system call in Node's thread pool. */
export interface Stores {
  readonly eventLogPath: string
  /** Reads part of the document; resolves to the bytes read. */
  readDocument(): Promise<number>
  /** Appends one line of JSON to the event log. */
  appendEvent(event: Readonly<Record<string, unknown>>): Promise<void>
  /** Closes the files and removes their folder. */
  close(): Promise<void>
}

/** Makes a folder of its own under `scratchDir` and opens the files in it. */
export async function openStores(scratchDir: string, logBytesMax = LOG_BYTES_MAX): Promise<Stores> {
  const folder = await mkdtemp(join(scratchDir, 'sandbox-'))
  const documentPath = join(folder, 'commands.json')
  const eventLogPath = join(folder, 'events.jsonl')
  await writeFile(documentPath, JSON.stringify(OPERATIONS))
  const document = await open(documentPath, 'r')
  const log = await open(eventLogPath, 'a')
  // The content is not looked at, so all reads may share one buffer.
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  return {
    eventLogPath,
    readDocument: async () => (await document.read(buffer, 0, READ_BYTES, 0)).bytesRead,
    appendEvent: createAppender(log, logBytesMax),
    async close() {
      await Promise.all([document.close(), log.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function createAppender(log: FileHandle, logBytesMax: number): Stores['appendEvent'] {
  let logBytes = 0
  return async (event) => {
    const line = `${JSON.stringify(event)}\n`
    logBytes += line.length
    if (logBytes > logBytesMax) {
      logBytes = line.length
      await log.truncate(0)
    }
    await log.write(line)
  }
}
