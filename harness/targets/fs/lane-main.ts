/**
 * A lane: a process that does one system call at a time. A thread would do, could it be ended: one that hangs in a call of a file
 * system keeps its whole process from ending, `process.exit` included. Orders come on descriptor 3 and answers go there; the end of
 * the one who sends them is the end of the lane. Arguments: root, and `direct` for O_DIRECT.
 */
import { createHash } from 'node:crypto'
import { readSync, writeSync } from 'node:fs'
import { type Clock, createSystemClock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { Confinement, PathLeavesRoot } from './confinement.ts'
import { FileCalls, TooLarge, type Yield } from './file-calls.ts'
import { encodeMessage, type LaneAnswer, type LaneReady, MessageReader, type Order } from './lane-protocol.ts'
import { faultOfBlocks } from './proving-blocks.ts'
import { errnoOf } from './status.ts'
import { TimedCalls } from './timed-calls.ts'

const CHANNEL = 3
const CHUNK_BYTES = 65_536

function main([root = '', mode]: readonly string[]): void {
  const clock = createSystemClock()
  const calls = openRoot(root, mode === 'direct')
  const ready: LaneReady = { problem: typeof calls === 'string' ? calls : null }
  send(encodeMessage(ready))
  if (typeof calls === 'string') return
  const reader = new MessageReader()
  const chunk = Buffer.alloc(CHUNK_BYTES)
  for (;;) {
    const got = readSync(CHANNEL, chunk)
    if (got === 0) return
    // A copy: what is incomplete stays in the reader while the chunk is filled again.
    for (const { document } of reader.push(Buffer.from(chunk.subarray(0, got))))
      send(answerTo(document as Order, calls, clock))
  }
}

function openRoot(root: string, direct: boolean): FileCalls | string {
  try {
    const confinement = new Confinement(root)
    return new FileCalls(confinement, direct)
  } catch (thrown) {
    return messageOf(thrown)
  }
}

function answerTo(order: Order, files: FileCalls, clock: Clock): Buffer {
  const calls = new TimedCalls(clock)
  let found: Yield = {}
  let status = 0
  let problem: Pick<LaneAnswer, 'problem' | 'problemKind'> = { problem: '', problemKind: 'code' }
  try {
    found = files.perform(order, calls)
    const fault = faultOf(order, found)
    if (fault !== '') problem = { problem: fault, problemKind: 'protocol' }
  } catch (thrown) {
    const errno = errnoOf(thrown)
    if (errno !== null && !(thrown instanceof PathLeavesRoot)) status = errno
    else
      problem = { problem: messageOf(thrown), problemKind: thrown instanceof TooLarge ? 'too-large' : 'code' }
  }
  const atMs = clock.nowMs()
  const answer: LaneAnswer = {
    sentMs: (calls.sentMs || atMs) + clock.epochMs,
    doneMs: (calls.doneMs || atMs) + clock.epochMs,
    status,
    ...problem,
    bytesRead: found.read?.length ?? 0,
    bytesWritten: found.written ?? 0,
    items: found.items ?? 0,
    parts: calls.parts,
  }
  return encodeMessage(answer, order.keep ? keptOf(found) : undefined)
}

/** Says in what the content that was read is not what it should be; '' for nothing. */
function faultOf({ verify, offset }: Order, { read }: Yield): string {
  if (verify === '' || read === undefined) return ''
  if (verify === 'sha256') return faultOfBlocks(read, offset)
  const digest = createHash('sha256').update(read).digest('hex')
  return digest === verify ? '' : `the SHA-256 of what was read is ${digest}`
}

function keptOf({ read, found }: Yield): Buffer {
  return read ?? Buffer.from(JSON.stringify(found ?? {}))
}

function send(message: Buffer): void {
  for (let at = 0; at < message.length; ) at += writeSync(CHANNEL, message, at)
}

main(process.argv.slice(2))
