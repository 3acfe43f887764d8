import * as assert from 'uvu/assert'
import { driveStep } from '../../../harness/contract/driven-exchange.ts'
import { httpPlugin } from '../../../harness/targets/http/index.ts'
import { fieldText, utf8AsLatin1 } from '../../../harness/targets/http/url-encoding.ts'
import { withDriver } from '../../kit/drive.ts'
import { withHttp2Server } from '../../kit/http2-server.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'

/** Path and cookie of each request, the latter as the server read it byte by byte. */
type Seen = readonly (readonly [path: string | undefined, cookie: string | undefined])[]
type WithServer = (body: (url: string, seen: () => Seen) => Promise<void>) => Promise<void>

const FIELDS = { location: '/café', 'set-cookie': 'n=Jörg', 'x-name': 'Zoë' }
const HEAD = Object.entries(FIELDS).map(([name, value]) => `${name}: ${value}\r\n`)

const overHttp1: WithServer = (body) =>
  withRawServer(
    (socket) => socket.write(`HTTP/1.1 302 Found\r\nContent-Length: 0\r\n${HEAD.join('')}\r\n`),
    ({ url, requests }) =>
      body(url, () =>
        requests.map((head) => [head.split(' ')[1], /^cookie: (.*?)\r$/im.exec(head)?.[1]] as const),
      ),
  )

/** Node writes a field as a byte a character. */
const FIELDS_AS_BYTES = Object.fromEntries(
  Object.entries(FIELDS).map(([name, value]) => [name, utf8AsLatin1(value)]),
)

const overHttp2: WithServer = (body) =>
  withHttp2Server(
    (stream) => stream.respond({ ':status': 302, ...FIELDS_AS_BYTES }, { endStream: true }),
    ({ url, requests }) => body(url, () => requests.map((head) => [head[':path'], head.cookie] as const)),
  )

describe('A field of an answer', (test) => {
  for (const [version, withServer] of [
    [1, overHttp1],
    [2, overHttp2],
  ] as const)
    test(`is read as UTF-8, and a cookie goes back as it came, over version ${version}`, () =>
      withServer((url, seen) =>
        withDriver(httpPlugin, { url, version }, async (driver) => {
          const get = (followRedirects: number) =>
            driveStep(httpPlugin, driver, { path: '/', followRedirects })
          const { header } = await get(0)
          await get(1)

          assert.is(header?.('x-name'), 'Zoë')
          assert.equal(
            seen().map(([path]) => path),
            ['/', '/', '/caf%C3%A9'],
          )
          assert.equal(
            seen().map(([, cookie]) => cookie),
            [undefined, utf8AsLatin1('n=Jörg'), utf8AsLatin1('n=Jörg')],
          )
        }),
      ))

  test('is a character a byte where it is not UTF-8', () => {
    assert.is(fieldText('plain'), 'plain')
    assert.is(fieldText('caf\xe9'), 'café')
    assert.is(fieldText(utf8AsLatin1('größe 🙂')), 'größe 🙂')
  })
})
