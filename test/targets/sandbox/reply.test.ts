import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import * as assert from 'uvu/assert'
import { breakOffReply, sendReply } from '../../../harness/targets/sandbox/reply.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

/** What a client reads, and the error its connection ends with. */
async function readFrom(
  answer: (response: ServerResponse) => void,
  onText: (text: string) => void = () => undefined,
): Promise<{ readonly text: string; readonly error: string | undefined }> {
  const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let text = ''
  let error: string | undefined
  socket.on('data', (chunk) => {
    text += chunk
    onText(text)
  })
  socket.on('error', (thrown: NodeJS.ErrnoException) => {
    error = thrown.code
  })
  socket.write('GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n')
  await new Promise((resolve) => socket.once('close', resolve))
  server.close()
  return { text, error }
}

const reply = { status: 201, value: { name: 'Zoë' }, headers: { 'x-part': 'one' } }

describe('sendReply', (test) => {
  test('sends status, headers and the whole document, its length counted in bytes', async () => {
    const { text, error } = await readFrom((response) => sendReply(response, reply))

    assert.is(error, undefined)
    assert.match(text, /^HTTP\/1\.1 201 /)
    assert.match(text, /x-part: one\r\n/)
    assert.match(text, /content-length: 15\r\n/)
    assert.ok(text.endsWith('\r\n\r\n{"name":"Zoë"}'))
  })

  test('does nothing for a client that has left', async () => {
    const { text } = await readFrom((response) => {
      response.destroy()
      sendReply(response, reply)
    })
    assert.is(text, '')
  })
})

describe('breakOffReply', (test) => {
  test('promises the whole body, sends half of it and resets', async () => {
    // The client has read the half before the reset comes, however long that takes.
    const clock = new VirtualClock()
    const { text, error } = await readFrom(
      (response) => breakOffReply(response, reply, clock),
      (read) => {
        if (read.endsWith('{"name"')) void clock.advance(5)
      },
    )

    assert.match(text, /content-length: 15\r\n/)
    assert.ok(text.endsWith('\r\n\r\n{"name"'))
    assert.is(error, 'ECONNRESET')
  })
})
