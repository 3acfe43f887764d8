/** Generated content of files: a fixed pattern, or blocks that prove themselves to whoever reads them later. */
import { createHash } from 'node:crypto'

/** The size of a block that proves itself: its place, a digest, and content. */
export const BLOCK_BYTES = 4096
const PLACE_BYTES = 8
const HEAD_BYTES = PLACE_BYTES + 32

let pattern = Buffer.alloc(0)

/** Returns bytes that do not compress well and are the same each time; the caller does not change them. */
export function patternOf(bytes: number): Buffer {
  if (pattern.length < bytes) {
    pattern = Buffer.alloc(Math.max(bytes, 1024 ** 2))
    let state = 0x9e3779b9
    for (let at = 0; at + 4 <= pattern.length; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      pattern.writeUInt32LE(state, at)
    }
  }
  return pattern.subarray(0, bytes)
}

/** Makes blocks that prove themselves at this place of a file; what is left over of the last one is cut. */
export function provingBlocks(offset: number, bytes: number): Buffer {
  const content = Buffer.from(patternOf(Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES))
  for (let at = 0; at < content.length; at += BLOCK_BYTES) {
    content.writeBigUInt64LE(BigInt(offset + at), at)
    digestOf(content, at).copy(content, at + PLACE_BYTES)
  }
  return content.subarray(0, bytes)
}

/** Says which block is not what was written there; '' when all whole ones are. */
export function faultOfBlocks(content: Buffer, offset: number): string {
  for (let at = 0; at + BLOCK_BYTES <= content.length; at += BLOCK_BYTES) {
    const isRight =
      content.readBigUInt64LE(at) === BigInt(offset + at) &&
      digestOf(content, at).equals(content.subarray(at + PLACE_BYTES, at + HEAD_BYTES))
    if (!isRight) return `the block at byte ${offset + at} is not what was written there with verify: sha256`
  }
  return ''
}

/** The digest of a block: of its place and its content. */
function digestOf(content: Buffer, at: number): Buffer {
  return createHash('sha256')
    .update(content.subarray(at, at + PLACE_BYTES))
    .update(content.subarray(at + HEAD_BYTES, at + BLOCK_BYTES))
    .digest()
}
