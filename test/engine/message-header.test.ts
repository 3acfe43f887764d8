import * as assert from 'uvu/assert'
import {
  MESSAGE_HEADER_BYTES,
  type MessageHeader,
  readMessageHeader,
  runNumberOf,
  writeMessageHeader,
} from '../../harness/engine/message-header.ts'
import { describe } from '../kit/suite.ts'

const HEADER: MessageHeader = {
  run: 0xfffffffe,
  connection: 4_000_000_000,
  shard: 3,
  step: 511,
  sequence: 2 ** 32 - 1,
  intendedMachineMs: 123_456_789.125,
  sentMachineMs: 123_456_790.5,
}
const NOTHING: MessageHeader = {
  run: 0,
  connection: 0,
  shard: 0,
  step: 0,
  sequence: 0,
  intendedMachineMs: 0,
  sentMachineMs: 0,
}

function written(header: MessageHeader): Uint8Array {
  const bytes = new Uint8Array(MESSAGE_HEADER_BYTES)
  writeMessageHeader(new DataView(bytes.buffer), header)
  return bytes
}

describe('The header of a message', (test) => {
  test('is read as it was written, at any place in memory', () => {
    const into = { ...NOTHING }
    const shifted = new Uint8Array(MESSAGE_HEADER_BYTES + 3)
    shifted.set(written(HEADER), 3)

    assert.ok(readMessageHeader(shifted.subarray(3), into))
    assert.equal(into, HEADER)
  })

  test('is no other number of bytes', () => {
    assert.not(readMessageHeader(new Uint8Array(29), { ...NOTHING }))
  })

  test('holds a delay of sending of up to an hour, and of less than nothing as nothing', () => {
    const into = { ...NOTHING }
    readMessageHeader(written({ ...HEADER, sentMachineMs: HEADER.intendedMachineMs - 1 }), into)

    assert.is(into.sentMachineMs, HEADER.intendedMachineMs)
  })

  test('names runs apart', () => {
    assert.is.not(runNumberOf('run-1'), runNumberOf('run-2'))
  })
})
