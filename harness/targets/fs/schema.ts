/** Schemas of a file system under load and its operations, as scenarios write them. */
import * as z from 'zod'
import { parseBytes } from '../../base/units.ts'

/** The bytes that one operation may read or write. */
export const OPERATION_BYTES_MAX = 64 * 1024 ** 2
const LANES_MAX = 64

/** Configuration of the `fs` target. Parsing it twice changes nothing. */
export const fsConfigSchema = z
  .strictObject({
    /** Folder that load stays inside; paths of operations are relative to it. */
    root: z.string().min(1).describe('Folder that load stays inside; paths of operations are relative to it'),
    /** Operations that a thread of the run does at once, each in a process of its own. Default: 4. */
    lanes: z
      .int()
      .min(1)
      .max(LANES_MAX)
      .default(4)
      .describe('Operations that a thread of the run does at once, each in a process of its own'),
    /** Reads and writes go past the page cache (O_DIRECT); offsets and sizes are whole blocks. Default: false. */
    direct: z
      .boolean()
      .default(false)
      .describe('Whether reads and writes go past the page cache (O_DIRECT); needs whole blocks'),
  })
  .describe('A file system')
export type FsConfig = z.output<typeof fsConfigSchema>

const path = z.string().min(1).describe('Path inside root')

const amount = z
  .union([
    z.int().min(0),
    z
      .string()
      .refine(
        (text) => text.includes('{{') || isSize(text),
        'a number, a size such as 4KiB, or a {{variable}}',
      ),
  ])
  .meta({ examples: ['4KiB'] })

const offset = amount.optional().describe('Place of the first byte. Default: 0.')
const content = {
  /** Bytes of generated content; one of bytes and data. */
  bytes: amount.optional().describe('Size of generated content; one of bytes and data'),
  /** Content as text. */
  data: z.string().optional().describe('Content as text'),
  /** The content is on the device when the operation ends. Default: false. */
  fsync: z.boolean().optional().describe('Whether fsync is part of the operation. Default: false.'),
}
const hasContent = ({ bytes, data }: { bytes?: unknown; data?: unknown }) =>
  (bytes === undefined) !== (data === undefined)
const ONE_CONTENT = 'a write has one content: bytes or data'

const operations = {
  read: z
    .strictObject({
      path,
      offset,
      bytes: amount.optional().describe('How much to read. Default: to the end of the file.'),
    })
    .optional()
    .describe('Opens a file, reads, closes'),
  write: z
    .strictObject({ path, offset, ...content })
    .refine(hasContent, ONE_CONTENT)
    .optional()
    .describe('Opens a file or makes it, writes, closes'),
  append: z
    .strictObject({ path, ...content })
    .refine(hasContent, ONE_CONTENT)
    .optional()
    .describe('Opens a file or makes it, writes at its end, closes'),
  stat: z.strictObject({ path }).optional().describe('Looks at a file or folder (lstat)'),
  open: z.strictObject({ path }).optional().describe('Opens a file and closes it'),
  readdir: z.strictObject({ path }).optional().describe('Lists a folder'),
  mkdir: z.strictObject({ path }).optional().describe('Makes a folder'),
  rename: z
    .strictObject({ path, to: z.string().min(1).describe('New path inside root') })
    .optional()
    .describe('Renames a file or folder'),
  unlink: z.strictObject({ path }).optional().describe('Removes a file'),
  fsync: z.strictObject({ path }).optional().describe('Opens a file, puts it on the device, closes'),
  truncate: z
    .strictObject({ path, bytes: amount.optional().describe('New size. Default: 0.') })
    .optional()
    .describe('Opens a file, changes its size, closes'),
}

/** The operations by name. */
export const OPERATIONS = Object.keys(operations) as readonly (keyof typeof operations)[]
export type Operation = (typeof OPERATIONS)[number]

/** One operation; strings may hold `{{variables}}`. */
export const fsRequestSchema = z
  .strictObject({
    ...operations,
    /**
     * The proof of content. A write makes its generated content of blocks of 4 KiB that prove themselves. A read: `sha256` checks such blocks, 64
     * hex digits are the digest of what is read.
     */
    verify: z
      .union([z.literal('sha256'), z.string().regex(/^([0-9a-f]{64}|.*\{\{.*)$/, 'sha256 or 64 hex digits')])
      .optional()
      .describe('sha256: blocks written with verify prove themselves; 64 hex digits: the digest of a read'),
  })
  .refine(
    (request) => OPERATIONS.filter((name) => request[name] !== undefined).length === 1,
    `a request is one operation: ${OPERATIONS.join(', ')}`,
  )
  .refine(
    ({ verify, read, write, append }) =>
      verify === undefined ||
      read !== undefined ||
      (verify === 'sha256' && (write ?? append)?.bytes !== undefined),
    'verify belongs to a read, or is sha256 of a write of bytes',
  )
  .describe('An operation on files')
export type FsRequest = z.output<typeof fsRequestSchema>

/** Parses a number or a size with a unit. @throws HarnessError UNIT_INVALID */
export function sizeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : parseBytes(text)
}

function isSize(text: string): boolean {
  try {
    return sizeOf(text) >= 0
  } catch {
    // Not a size: the schema says so with its path.
    return false
  }
}
