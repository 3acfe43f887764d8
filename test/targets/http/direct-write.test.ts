import { once } from 'node:events'
import { type AddressInfo, connect, createServer, Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { directWriterOf } from '../../../harness/targets/http/direct-write.ts'
import { describe } from '../../kit/suite.ts'

/** A connected pair: ours, and the server's end. */
async function withPair(body: (ours: Socket, theirs: Socket) => Promise<void>): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ours = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[theirs]] = (await Promise.all([once(server, 'connection'), once(ours, 'connect')])) as [
    [Socket],
    unknown,
  ]
  try {
    await body(ours, theirs)
  } finally {
    ours.destroy()
    theirs.destroy()
    server.close()
  }
}

function writerOf(socket: Socket, errors: NodeJS.ErrnoException[] = []) {
  const writer = directWriterOf(socket, (error) => errors.push(error))
  if (writer === null) throw new Error('this node has no direct writes')
  return writer
}

async function textFrom(socket: Socket, length: number): Promise<string> {
  let text = ''
  while (text.length < length) text += String((await once(socket, 'data'))[0])
  return text
}

describe('DirectWriter', (test) => {
  test('writes bytes and text, one after the other', () =>
    withPair(async (ours, theirs) => {
      const writer = writerOf(ours)
      writer.write(Buffer.from('one '))
      writer.write('two ')
      writer.write('three')

      assert.is(await textFrom(theirs, 13), 'one two three')
      assert.is(writer.isSending, false)
    }))

  test('is sending until the other side has taken what the kernel could not hold', () =>
    withPair(async (ours, theirs) => {
      const writer = writerOf(ours)
      const other = writerOf(ours)
      const large = Buffer.alloc(20_000_000, 'x')
      theirs.pause()
      writer.write(large)
      assert.is(writer.isSending, true)
      assert.is(other.isSending, false)

      let received = 0
      for await (const chunk of theirs) {
        received += (chunk as Buffer).length
        if (received === large.length) break
      }
      assert.is(received, large.length)
      assert.is(writer.isSending, false)
    }))

  test('tells what the system says of a write that fails', () =>
    withPair(async (ours, theirs) => {
      const errors: NodeJS.ErrnoException[] = []
      const writer = writerOf(ours, errors)
      ours.on('error', () => undefined)
      theirs.resetAndDestroy()
      for (let i = 0; errors.length === 0 && i < 100; i++) {
        writer.write('x')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }

      assert.ok(['EPIPE', 'ECONNRESET', 'EBADF'].includes(errors[0]?.code ?? ''), `${errors[0]?.code}`)
      assert.is(errors[0]?.syscall, 'write')
    }))

  test('is not there for a socket without a handle', () => {
    assert.is(
      directWriterOf(new Socket(), () => undefined),
      null,
    )
  })
})
