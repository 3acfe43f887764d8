/**
 * The header by which a message is found again, 28 bytes: u32 run, u32 connection, u16 shard, u16 step, u32 number, f64 intended
 * instant on the machine's clock in ms, u32 sent - intended in microseconds. Big-endian.
 */

export const MESSAGE_HEADER_BYTES = 28

/** The parts of a header. */
export interface MessageHeader {
  run: number
  /** The connection that published it, numbered in its shard: brokers keep the order of one connection at most. */
  connection: number
  shard: number
  /** The number of its step among those of its shard. */
  step: number
  sequence: number
  intendedMachineMs: number
  sentMachineMs: number
}

export function writeMessageHeader(view: DataView, header: Readonly<MessageHeader>): void {
  view.setUint32(0, header.run)
  view.setUint32(4, header.connection)
  view.setUint16(8, header.shard)
  view.setUint16(10, header.step)
  view.setUint32(12, header.sequence)
  view.setFloat64(16, header.intendedMachineMs)
  const delayUs = Math.round((header.sentMachineMs - header.intendedMachineMs) * 1000)
  view.setUint32(24, Math.min(0xffffffff, Math.max(0, delayUs)))
}

/** Reads a header into `into`; false when the bytes are none. */
export function readMessageHeader(bytes: Uint8Array, into: MessageHeader): boolean {
  if (bytes.length !== MESSAGE_HEADER_BYTES) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, MESSAGE_HEADER_BYTES)
  into.run = view.getUint32(0)
  into.connection = view.getUint32(4)
  into.shard = view.getUint16(8)
  into.step = view.getUint16(10)
  into.sequence = view.getUint32(12)
  into.intendedMachineMs = view.getFloat64(16)
  into.sentMachineMs = into.intendedMachineMs + view.getUint32(24) / 1000
  return true
}

/** Returns the number that stands for a run in headers (FNV-1a). */
export function runNumberOf(runId: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < runId.length; i++) hash = Math.imul(hash ^ runId.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
